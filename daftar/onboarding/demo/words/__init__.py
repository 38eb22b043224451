"""The words of the demo company by language."""

from daftar.onboarding.demo.words.en import EN
from daftar.onboarding.demo.words.fa import FA
from daftar.onboarding.demo.words.ru import RU
from daftar.onboarding.demo.words.shape import Words

WORDS: dict[str, Words] = {words.language: words for words in (EN, FA, RU)}

__all__ = ["WORDS", "Words"]
