import re

import pytest
from django.template.loader import engines
from django.utils import translation
from markupsafe import Markup

from daftar.ui.gallery import values, widgets
from daftar.ui.parts import Option, Shown, Widget

ENV = next(engine for engine in engines.all() if engine.name == "jinja2").env
EVIL = '"><img src=x onerror=alert(1)>'


def draw(source, **context):
    return ENV.from_string(source).render(**context)


STYLES = ["text", "long", "number", "money", "tag", "link", "person", "date", "yes_no", "phone", "email", "web", "file"]
EVERY = [Shown(EVIL, style, href="/x", title=EVIL, direction="auto") for style in (*STYLES, "image", "step")]
LISTS = [Shown(style=style, items=(Shown(EVIL, "tag"),)) for style in ("tags", "list")]


@pytest.mark.parametrize("shown", EVERY + LISTS, ids=lambda shown: shown.style)
def test_words_of_people_never_become_markup(shown):
    assert "<img src=x" not in draw("{{ ui.shown(shown) }}", shown=shown)


@pytest.mark.parametrize("kind", ["input", "textarea", "select", "checks", "date", "lookup", "tags", "file"])
def test_typed_words_come_back_as_data(kind):
    widget = Widget(
        kind, "name", EVIL, value=EVIL, shown=EVIL, error=EVIL, help=EVIL, options=(Option(EVIL, EVIL),), url="/x"
    )

    assert "<img src=x" not in draw("{{ ui.field(widget) }}", widget=widget)


def test_every_widget_and_value_of_the_gallery_can_be_drawn():
    for widget in widgets():
        assert f'name="{widget.name}' in draw("{{ ui.field(widget) }}", widget=widget)
    for style, shown in values():
        assert draw("{{ ui.shown(shown, blank='—') }}", shown=shown).strip(), style


def test_a_sum_and_a_phone_are_isolated_from_the_direction_around_them():
    assert '<bdi class="value-money">' in draw("{{ ui.shown(s) }}", s=Shown("12", "money"))
    assert '<bdi dir="ltr">+1 2</bdi>' in draw("{{ ui.shown(s) }}", s=Shown("+1 2", "phone", direction="ltr"))


def test_an_error_is_tied_to_its_box():
    html = draw("{{ ui.field(w) }}", w=Widget("input", "amount.currency", "Currency", error="Unknown."))

    assert 'aria-describedby="f-amount-currency-error"' in html
    assert 'id="f-amount-currency-error"' in html
    assert 'aria-invalid="true"' in html


def test_no_template_of_the_room_needs_inline_style_or_code():
    sources = [ENV.loader.get_source(ENV, name)[0] for name in ENV.list_templates(extensions=["html"])]

    for source in sources:
        assert not re.search(r'\sstyle="|\son\w+="|javascript:|hx-on', source)


def test_a_value_drawn_once_is_drawn_the_same_again_and_in_each_language():
    page = "{{ ui.shown(shown) }}{{ ui.shown(empty, blank='—') }}"
    shown, empty = Shown(items=(Shown("a", "text"), Shown("b", "text")), style="list"), Shown()
    drawn = {}
    for language in ("en", "fa", "en", "fa"):
        with translation.override(language):
            drawn.setdefault(language, set()).add(draw(page, shown=shown, empty=empty))

    assert [len(found) for found in drawn.values()] == [1, 1]
    assert "،" in drawn["fa"].pop()
    assert 'aria-label="empty"' in drawn["en"].pop()


@pytest.mark.parametrize("shown", [Shown(Markup("<b>x</b>")), Shown(style="list", items=(Shown(Markup("<b>x</b>")),))])
def test_a_value_that_holds_markup_is_refused_for_it_would_be_remembered_as_words(shown):
    with pytest.raises(TypeError, match="never markup"):
        draw("{{ ui.shown(shown) }}", shown=shown)
