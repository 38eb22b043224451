"""Components written in Python: those of which one page draws dozens. Every other one is a macro in `templates/ui/components/`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from markupsafe import Markup, escape

from daftar.ui.icons import icon as draw_icon


def attributes(values: Mapping[str, Any] | None) -> Markup:
    """A mapping as HTML attributes: True stands alone, False and None are left out, "_" reads as "-"."""
    drawn = []
    for key, value in (values or {}).items():
        name = escape(str(key).replace("_", "-"))
        if value is True:
            drawn.append(f" {name}")
        elif value is not None and value is not False:
            drawn.append(f' {name}="{escape(value)}"')
    return Markup("".join(drawn))  # noqa: S704  # escaped, each


def menu_link(
    label: Any,
    href: str,
    icon: str = "",
    dialog: bool = False,
    current: bool = False,
    danger: bool = False,
    attrs: Mapping[str, Any] | None = None,
) -> Markup:
    """An entry of a menu that leads somewhere; `dialog` opens it over the page, `current` marks the one that holds now."""
    about = " data-dialog" if dialog else ""
    about += ' aria-current="true"' if current else ""
    about += attributes(attrs) if attrs else ""
    before, behind = draw_icon(icon) if icon else "", draw_icon("check", "small") if current else ""
    return Markup(  # noqa: S704  # escaped, each
        f'<a class="menu__item{" menu__item--danger" if danger else ""}" href="{escape(href)}"{about}>'
        f"{before}<span><bdi>{escape(label)}</bdi></span>{behind}</a>"
    )


WRITTEN = {"menu_link": menu_link}
