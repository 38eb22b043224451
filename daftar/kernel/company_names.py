"""Company names without their legal form, so that "ООО Ромашка", "Romashka LLC" and "Romashka" can meet."""

from __future__ import annotations

from daftar.kernel.folding import fold

_BEFORE_OR_AFTER = """
ооо|зао|оао|пао|ао|ип|нао|тоо|одо|чп|гуп|муп|фгуп|нко
общество с ограниченной ответственностью|закрытое акционерное общество|открытое акционерное общество
публичное акционерное общество|акционерное общество|индивидуальный предприниматель
شرکت|سهامی خاص|سهامی عام|با مسئولیت محدود|مسئولیت محدود|تعاونی|موسسه|مؤسسه|تضامنی
"""
_AFTER = """
inc|incorporated|corp|corporation|co|company|ltd|limited|llc|llp|lp|plc|pllc|pc
gmbh|gmbh co kg|ag|kg|ohg|ug|ev|kgaa|se|sa|sas|sasu|sarl|eurl|srl|spa|snc|sl|slu|bv|nv|vof
oy|oyj|ab|as|asa|aps|pty|pte|pvt|private|bhd|sdn bhd|kft|zrt|sro|doo|dd|jsc|ojsc|cjsc|pjsc|ooo|zao|oao|pao
l l c|l l p|l p|p l c|g m b h|s a|s a s|s a r l|s r l|s p a|s l|b v|n v|a g|p c|l t d|a s|s r o|d o o
"""


def _forms(text: str) -> list[list[str]]:
    words = {fold(form) for form in text.replace("\n", "|").split("|") if form}
    return sorted((form.split() for form in words), key=len, reverse=True)


_START = _forms(_BEFORE_OR_AFTER)
_END = _forms(_BEFORE_OR_AFTER + _AFTER)


def fold_company(text: str) -> str:
    """`fold` of a company's name without its legal form (Inc, GmbH, ООО, شرکت … سهامی خاص).

    Shapes: as `fold`; a name that is nothing but legal forms stays whole.
    """
    whole = words = fold(text).split()
    while words:
        shorter = _shorter(words)
        if shorter is words:
            return " ".join(words)
        words = shorter
    return " ".join(whole)


def _shorter(words: list[str]) -> list[str]:
    for form in _END:
        if words[-len(form) :] == form:
            return words[: -len(form)]
    for form in _START:
        if words[: len(form)] == form:
            return words[len(form) :]
    return words
