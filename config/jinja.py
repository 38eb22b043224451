"""A page engine to start with, until the ui room brings its own."""

from typing import Any

from django.templatetags.static import static
from django.urls import reverse
from jinja2 import Environment


def environment(**options: Any) -> Environment:
    """Jinja2 with `static` and `url`."""
    engine = Environment(extensions=["jinja2.ext.i18n"], **options)  # noqa: S701 - autoescape comes in options
    engine.globals.update(static=static, url=reverse)
    return engine
