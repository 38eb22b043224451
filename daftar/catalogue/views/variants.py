"""The page that makes variants: options, the products that would come of them, what was made."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from daftar.access import decide
from daftar.access.doors import door
from daftar.access.plain_form import PlainForm
from daftar.catalogue.models import Product
from daftar.catalogue.variants import AXES, Axis, Planned, make_variants, plan
from daftar.kernel.errors import Conflict, Invalid, NotAllowed
from daftar.records import reading
from daftar.records.bulk import undo
from daftar.records.models import ChangeSet
from daftar.records.views.opening import opened
from daftar.ui.answers import go, toast

COMMAS = str.maketrans(dict.fromkeys("،,;؛\n", ","))


@door("signed_in", "add")
@require_http_methods(["GET", "HEAD", "POST"])
def variants(request: Any, record_id: int) -> HttpResponseBase:
    """GET: the options (`?made=` shows what a change set made). POST: the plan, or with `do=make` the products."""
    reader, type_ = opened(request, "products")
    row: Any = reading.get(type_, record_id, reader.user)
    if not decide.may(reader.user, "add", type_.key) or not decide.may(reader.user, "change", type_.key, row):
        raise NotAllowed()
    base = type_.address(record_id)
    form = PlainForm({"name.0": _("Colour"), "name.1": _("Size")}, request.POST if request.method == "POST" else None)
    planned: list[Planned] = []
    if form.sent is not None:
        axes = axes_of(form)
        try:
            if not form.errors and form.typed("do") == "make":
                set_, _made, there = make_variants(record_id, axes, by=reader.user)
                if set_ is None:
                    return toast(go(request, base), _("All of these are there already."))
                return go(request, f"{base}variants/?made={set_.pk}&there={there}")
            planned = plan(row, axes) if not form.errors else []
        except (Invalid, Conflict) as refused:
            if isinstance(refused, Invalid):
                form.refuse(refused)
            else:
                form.errors[""] = refused.sentence
    context = {
        "title": _("Variants of %(name)s") % {"name": type_.title_of(row)}, "back": base, "here": f"{base}variants/",
        "axes": [
            (
                form.input(f"name.{n}", _("Differs in"), maxlength=60),
                form.input(f"values.{n}", _("Values"), maxlength=2000, placeholder=(_("red, blue, green"), _("S, M, L"), "")[n]),
            )
            for n in range(AXES)
        ],
        "planned": planned, "new": sum(not one.is_there for one in planned), "error": str(form.errors.get("", "")),
        "made": made_by(request, reader.user),
    }  # fmt: skip
    return render(request, "catalogue/variants.html", context, status=422 if form.errors else 200)


def axes_of(form: PlainForm) -> list[Axis]:
    """The options as typed: words between commas of any script, each once."""
    axes: list[Axis] = []
    for n in range(AXES):
        name = form.text(f"name.{n}", max_length=60)
        text = form.text(f"values.{n}", max_length=2000)
        values = tuple(dict.fromkeys(word for part in text.translate(COMMAS).split(",") if (word := part.strip())))
        if any(len(value) > 60 for value in values):
            form.errors[f"values.{n}"] = _("One of these is too long. Write commas between the values.")
        axes.append(Axis(name, values))
    return axes


def made_by(request: Any, user: Any) -> dict[str, Any] | None:
    """What a change set of the person made, and whether it can be taken back."""
    asked = request.GET.get("made", "")
    set_ = ChangeSet.objects.filter(pk=int(asked), by=user).first() if asked.isdecimal() and len(asked) < 18 else None
    if set_ is None:
        return None
    ids = undo.events_of(set_).filter(type="product").values("record_id")
    rows = list(Product.objects.filter(pk__in=ids, deleted_at=None).order_by("id").values_list("pk", "name"))
    why = undo.why_not(set_)
    return (
        {"rows": rows, "count": len(rows), "may_undo": not why, "why": why, "undo": f"/catalogue/undo/{set_.pk}"}
        if rows
        else None
    )
