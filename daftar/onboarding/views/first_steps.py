"""What an owner does first, and the demo company."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from daftar.access.doors import door
from daftar.kernel.errors import Invalid
from daftar.onboarding import demo
from daftar.onboarding.models import DemoCompany
from daftar.onboarding.places import first_steps as steps
from daftar.ui.answers import go, toast


@door("settings", "settings")
def first_steps(request: Any) -> HttpResponseBase:
    return render(request, "onboarding/first_steps.html", {
        "title": _("First steps"), "steps": steps(), "demo": DemoCompany.objects.first(), "name": request.user.name,
    })  # fmt: skip


@door("settings", "settings")
def demo_company(request: Any) -> HttpResponseBase:
    return render(request, "onboarding/demo.html", {"title": _("Demo company"), "demo": DemoCompany.objects.first()})


@door("settings", "settings")
@require_POST
def load_demo(request: Any) -> HttpResponseBase:
    """Load the demo company in the language that was asked for, else in that of the installation."""
    language = asked_language(request) or request.company.language
    known = DemoCompany.objects.first()
    if known is None or known.language == language:
        demo.load(language)
    elif (removed := demo.reload(language)).kept:
        return what_stays(request, removed)
    return toast(go(request, "/"), _("The demo company is here. Look around; one click removes it again."))


def asked_language(request: Any) -> str:
    asked: str = request.POST.get("language", "")
    if asked and asked not in dict(settings.LANGUAGES):
        raise Invalid(_("Choose one of the list."), field="language")
    return asked


@door("settings", "settings")
@require_POST
def remove_demo(request: Any) -> HttpResponseBase:
    """Remove everything that the demo made, and name what stays because people worked with it."""
    removed = demo.remove()
    if not removed.kept:
        return toast(go(request, "/settings/"), _("The demo company is gone."))
    return what_stays(request, removed)


def what_stays(request: Any, removed: demo.Removed) -> HttpResponseBase:
    said = ngettext(
        "The demo company is gone, but for %(count)s record that people worked with.",
        "The demo company is gone, but for %(count)s records that people worked with.",
        len(removed.kept),
    ) % {"count": len(removed.kept)}
    context = {"title": _("Demo company"), "demo": DemoCompany.objects.first(), "kept": removed.kept, "said": said}
    return render(request, "onboarding/demo.html", context)
