"""The template engine: Jinja2 behind Django's own backend, with our helpers.

Templates live in `<room>/templates/<room>/` (DIRS in config/settings.py); components in `ui/components/`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Hashable
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.messages import get_messages
from django.templatetags.static import static
from django.utils.html import _json_script_escapes  # type: ignore[attr-defined]
from django.utils.translation import get_language, get_language_bidi, gettext, ngettext
from jinja2 import Environment, Template, pass_context, pass_environment
from jinja2.ext import i18n
from jinja2.runtime import Context
from markupsafe import Markup

from daftar.kernel import formats
from daftar.ui import menu, slots
from daftar.ui.addresses import address
from daftar.ui.board import board_cards
from daftar.ui.day_cards import day_writer
from daftar.ui.icons import icon
from daftar.ui.parts import Shown
from daftar.ui.table import table_rows
from daftar.ui.written import WRITTEN, attributes

HERE = Path(__file__).parent
COMPONENTS = "ui/components"
REMEMBERED = 8_192
"""So many drawn values are kept, some megabytes."""


class Components:
    """Every macro of `ui/components/*.html` and what `ui.written` has under one name: `{{ ui.button(_("Save")) }}`, no import needed."""

    def __init__(self, env: Environment) -> None:
        self._env = env
        self._homes: dict[str, str] = {}
        self.__dict__.update(WRITTEN)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        if name not in self._homes:
            self._homes = dict(self._listed())
        if name not in self._homes:
            raise AttributeError(f"No component is called {name}: see daftar/ui/templates/{COMPONENTS}/")
        macro = getattr(self._env.get_template(self._homes[name]).module, name)
        if self._env.auto_reload:
            return macro
        if name == "shown":
            macro = remembered(macro)
        setattr(self, name, macro)
        return macro

    def _listed(self) -> Any:
        for file in sorted(self._env.list_templates(extensions=["html"])):
            if file.startswith(f"{COMPONENTS}/"):
                template: Template = self._env.get_template(file)
                yield from ((macro, file) for macro in vars(template.module) if not macro.startswith("_"))


def remembered(macro: Callable[..., Markup]) -> Callable[..., Markup]:
    """`ui.shown` with a memory: a list draws hundreds of values, and most of them were drawn for the page before.

    A `Shown` says all that its drawing depends on but the language of the few words that the macro adds. It holds words and no markup:
    the same letters as words and as markup are equal, and one would be drawn as the other.
    """

    @lru_cache(REMEMBERED)
    def drawn(shown: Shown, blank: str, _language: str | None) -> Markup:
        if any(isinstance(words, Markup) for one in (shown, *shown.items) for words in (one.text, one.title, one.href)):
            raise TypeError("A Shown holds words, never markup.")
        return macro(shown, blank)

    def draw(shown: Any, blank: str = "") -> Markup:
        return drawn(shown, blank, get_language()) if isinstance(shown, Shown) else macro(shown, blank)

    draw.drawn = drawn  # type: ignore[attr-defined]  # for `ui.table`, which knows the language already
    return draw


def environment(**options: Any) -> Environment:
    """Our Jinja2 environment; Django's backend calls this with its options."""
    options.setdefault("autoescape", True)
    options.setdefault("trim_blocks", True)
    options.setdefault("lstrip_blocks", True)
    env = Environment(extensions=[i18n], **options)  # noqa: S701 - autoescape is on, just above
    env.install_gettext_callables(words, ngettext, newstyle=True)  # type: ignore[attr-defined]  # the extension adds it
    env.globals.update(
        known=env.globals["_"],  # looks a word up without asking translators for it (gallery)
        ui=Components(env),
        url=address,
        static=static,
        icon=icon,
        draw_icon=icon,
        table_rows=table_rows,
        board_cards=board_cards,
        day_writer=day_writer,
        formats=formats.current,
        menu=menu.items,
        slot=slots.fill,
        still=still,
        lettered=lettered,
        language=get_language,
        direction=lambda: "rtl" if get_language_bidi() else "ltr",
        languages=lambda: list(settings.LANGUAGES),
        csp_nonce=csp_nonce,
        taste=taste,
        scripts=scripts,
        htmx_config=htmx_config,
        messages=messages,
    )
    env.filters.update(
        date=lambda value: formats.current().date(value) if value else "",
        date_time=lambda value: formats.current().date_time(value) if value else "",
        when=lambda value: formats.current().when(value) if value else "",
        number=lambda value: formats.current().number(value) if value is not None else "",
        money=lambda value: formats.current().money(value) if value is not None else "",
        joined=formats.joined,
        initials=initials,
        hue=hue,
        attributes=attributes,
        as_json=as_json,
    )
    return env


def words(message: str) -> str:
    """`gettext` with a memory: a page asks for three hundred words, and each costs Django more than all the rest of drawing it."""
    return translated(message, get_language())


@lru_cache(REMEMBERED)
def translated(message: str, _language: str | None) -> str:
    return gettext(message)


def lettered(request: Any) -> tuple[tuple[str, str], ...]:
    """Name and letter of the menu entries that can be gone to by keys."""
    return tuple((str(item.label), item.letter) for item in menu.flat(request) if item.letter)


@pass_environment
def still(env: Environment, template: str, **given: Hashable) -> Markup:
    """A part of the page that depends on nothing but its language and what is given: drawn once, then remembered."""
    if env.auto_reload:
        return Markup(env.get_template(template).render(given))  # noqa: S704 - the template escapes
    return drawn_still(env, template, get_language(), tuple(sorted(given.items())))


@lru_cache(256)
def drawn_still(env: Environment, template: str, _language: str | None, given: tuple[tuple[str, Any], ...]) -> Markup:
    return Markup(env.get_template(template).render(dict(given)))  # noqa: S704 - the template escapes


@pass_context
def csp_nonce(context: Context) -> str:
    """The nonce of this answer's content security policy (set on the request by the house's middleware)."""
    return str(getattr(context.get("request"), "csp_nonce", "") or "")


TASTES = {"theme": ("system", "light", "dark"), "density": ("default", "compact")}


@pass_context
def taste(context: Context, name: str) -> str:
    """The reader's switch "theme" or "density": from the request (`request.tastes`, set by access) or the cookie."""
    request = context.get("request")
    known = getattr(request, "tastes", None) or {}
    chosen = known.get(name) or getattr(request, "COOKIES", {}).get(f"daftar_{name}")
    return chosen if chosen in TASTES[name] else TASTES[name][0]


def messages(request: Any) -> list[Any]:
    """What Django's messages want to tell, once; nothing when no page may be told."""
    return list(get_messages(request)) if hasattr(request, "_messages") else []


@lru_cache(1)
def kept_scripts() -> Markup:
    return import_map()


def scripts() -> Markup:
    """The import map of this release; made anew each time only while files change under us."""
    return import_map() if settings.DEBUG else kept_scripts()


def import_map() -> Markup:
    """The import map: every module of `static/ui/js` as `ui/<name>`, and the libraries by their plain names."""
    own = {f"ui/{file.stem}": static(f"ui/js/{file.name}") for file in sorted((HERE / "static/ui/js").glob("*.js"))}
    return as_json({"imports": {**own, "sortable": static("npm/sortablejs/modular/sortable.esm.js")}})


def htmx_config() -> str:
    """What htmx may do: only our own address, no code in attributes, 409 and 422 answers are swapped, others never.

    htmx 4 has no `allowEval`: the policy without unsafe-eval forbids it, and `ui/htmx` takes the constructors away.
    """
    closed = [204, 304, 400, 401, 403, 404, 405, 410, 413, 415, 429, "5xx"]
    return json.dumps({"mode": "same-origin", "history": "reload", "noSwap": closed, "includeIndicatorCSS": False})


def as_json(value: Any) -> Markup:
    """JSON that is safe inside a script element."""
    return Markup(json.dumps(value, ensure_ascii=False).translate(_json_script_escapes))  # noqa: S704


def initials(name: str) -> str:
    """The first letters of the first and last word of a name."""
    words = [word for word in str(name).split() if word[0].isalnum()]
    letters = [words[0][0], words[-1][0]] if len(words) > 1 else [word[0] for word in words]
    return ("\u200c" if letters and letters[0] > "\u0590" else "").join(letters).upper() or "?"


def hue(name: str) -> int:
    """A steady colour angle of a name, for avatars."""
    return sum(ord(letter) * (place + 1) for place, letter in enumerate(str(name))) % 12 * 30
