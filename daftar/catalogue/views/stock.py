"""One page on which goods are received, moved, written off and counted; holds are made and released."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.http import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST

from daftar.access import decide
from daftar.access.doors import door
from daftar.access.plain_form import PlainForm
from daftar.catalogue.models import StockLevel, Warehouse
from daftar.catalogue.stock import doors
from daftar.catalogue.stock.age import age_words
from daftar.catalogue.stock.levels import has_goods
from daftar.catalogue.stock.sheet import ACTS, KINDS, MOST, Deed, Line, do, find_products, lines_of_text, lying_in
from daftar.kernel import clock
from daftar.kernel.dates import parse_date
from daftar.kernel.errors import Conflict, Invalid, NotAllowed
from daftar.kernel.ids import new_key
from daftar.kernel.numbers import parse_decimal
from daftar.records import reading
from daftar.records.fields.any_link import Target
from daftar.records.reader import Reader
from daftar.records.views.opening import opened
from daftar.ui.answers import form_page, go, toast
from daftar.ui.parts import Widget

ROWS, MORE = 12, 12
HELD_DAYS = 7
TITLES = {
    "receive": gettext_lazy("Receive goods"), "transfer": gettext_lazy("Transfer goods"), "write_off": gettext_lazy("Write goods off"),
    "count": gettext_lazy("Count goods"),
}  # fmt: skip
BUTTONS = {
    "receive": gettext_lazy("Receive"), "transfer": gettext_lazy("Transfer"), "write_off": gettext_lazy("Write off"),
    "count": gettext_lazy("Keep what was counted"),
}  # fmt: skip
ICONS = {
    "receive": "package-plus",
    "transfer": "arrow-left-right",
    "write_off": "package-minus",
    "count": "clipboard-check",
}
KIND_WORDS = {
    "receipt": gettext_lazy("Receipt"), "return": gettext_lazy("Return"), "opening": gettext_lazy("Opening figure"),
    "correction": gettext_lazy("Correction"),
}  # fmt: skip


def warehouses() -> list[Warehouse]:
    """Those in use, the usual one first."""
    return list(Warehouse.objects.filter(deleted_at=None, is_active=True).order_by("-is_default", "name", "id"))


@door("signed_in")
@require_http_methods(["GET", "HEAD", "POST"])
def stock(request: Any) -> HttpResponseBase:
    """GET: an empty sheet, of `?act=`, with `?product=` in its first row, or with all goods of a warehouse (`?all=1`).

    POST: do it. `do=more` gives more rows, `do=paste` fills them from copied text.
    """
    reader, _type = opened(request, "stock-moves")
    if not decide.may(reader.user, "add", "stock_move"):
        raise NotAllowed()
    places, first = warehouses(), request.GET
    sent = request.POST if request.method == "POST" else None
    kept = {"once": new_key(), "kind": "receipt", "warehouse": first.get("warehouse", "")}
    form = PlainForm(kept, sent)
    asked = (sent if sent is not None else first).get("act", "")
    act = next((one for one in ACTS if one == asked), ACTS[0])
    by_id = {str(place.pk): place for place in places}
    here = by_id.get(form.typed("warehouse")) or (places[0] if places else None)
    lines = typed_lines(sent) if sent is not None else first_lines(first, act, here, reader)
    if sent is not None and here is not None:
        if sent.get("do") == "paste":
            lines = [one for one in lines if not one.is_empty] + lines_of_text(sent.get("paste", "")[:50_000])
            find_products(lines, reader)
            mark_unknown(lines)
        elif sent.get("do") == "more":
            find_products(lines, reader)
            lines += [Line() for _n in range(MORE)]
        else:
            done = done_with(form, lines, act, here, by_id, reader)
            if done:
                said = ngettext("Done: %(num)s product.", "Done: %(num)s products.", done)
                answer = go(request, f"/stock/?act={act}&warehouse={here.pk}")
                return toast(answer, said % {"num": reader.formats.number(done)})
    lines = lines[:MOST] + [Line() for _n in range(max(ROWS - len(lines), 0))]
    context = page_of(form, lines, act, here, places, reader)
    return render(request, "catalogue/stock.html", context, status=422 if form.errors else 200)


def typed_lines(sent: Any) -> list[Line]:
    """The rows that came, in their order."""
    names = ("product", "product__text", "quantity", "cost")
    count = min(max((len(sent.getlist(name)) for name in names), default=0), MOST)
    # A box that scripts run sends no words: then the lists differ in length, and only the ids count.
    words = sent.getlist("product__text")
    words = words if len(words) == len(sent.getlist("product")) else [""] * count
    columns = (sent.getlist("product"), words, sent.getlist("quantity"), sent.getlist("cost"))
    cells = [[column[n][:300] if n < len(column) else "" for column in columns] for n in range(count)]
    return [Line(product, typed, quantity, cost) for product, typed, quantity, cost in cells]


def first_lines(asked: Any, act: str, here: Warehouse | None, reader: Reader) -> list[Line]:
    if act == "count" and asked.get("all") and here is not None:
        return [Line(str(row.pk), row.name, row=row) for row, _much in lying_in(here, reader)]
    lines = [Line(product=asked.get("product", "")[:18])] if asked.get("product") else []
    find_products(lines, reader)
    return [line for line in lines if line.row is not None]


def mark_unknown(lines: list[Line]) -> None:
    for line in lines:
        if line.row is None:
            line.errors["product"] = _("No product, or several, have this code, barcode or name: %(words)s") % {
                "words": line.words
            }


def done_with(
    form: PlainForm, lines: list[Line], act: Any, here: Warehouse, by_id: dict[str, Warehouse], reader: Reader
) -> int:
    """Do what the form says; how many rows, 0 with sentences in the form and at the rows."""
    kind = form.choice("kind", KINDS) if act == "receive" else ""
    reason = form.text("reason", max_length=500)
    target = by_id.get(form.typed("target")) if act == "transfer" else None
    find_products(lines, reader)
    if form.errors:
        return 0
    deed = Deed(act, here, target, kind, reason, f"sheet-{form.typed('once')[:60]}" if form.typed("once") else "")
    try:
        return do(deed, lines, reader.formats, by=reader.user)
    except Invalid as refused:
        own = {key: sentence for key, sentence in refused.errors.items() if key in ("reason", "target")}
        form.errors.update(own or {"": _("Nothing was done yet. Look at the rows that are marked.")})
        if "rows" in refused.errors:
            form.errors[""] = refused.errors["rows"]
    except Conflict as refused:
        form.errors[""] = refused.sentence
    return 0


def page_of(
    form: PlainForm, lines: list[Line], act: str, here: Warehouse | None, places: list[Warehouse], reader: Reader
) -> dict[str, Any]:
    choices = [(str(place.pk), place.name) for place in places]
    there = levels_of(lines, here) if here is not None else {}
    shows_cost = act == "receive" and reader.schema.type("stock_move").field("cost") is not None
    if form.sent is None and here is not None:
        form.kept["warehouse"] = here.pk
    head = [
        form.select(
            "warehouse",
            {"transfer": _("From the warehouse"), "receive": _("Into the warehouse")}.get(act, _("Warehouse")),
            choices,
        )
    ]
    if act == "transfer":
        head.append(form.select("target", _("To the warehouse"), [("", "—"), *choices]))
    if act == "receive":
        head.append(form.select("kind", _("Kind"), list(KIND_WORDS.items())))
    head.append(form.input("reason", _("Why"), maxlength=500, required=act == "write_off"))
    return {
        "title": str(TITLES[act]), "act": act, "acts": [(key, str(TITLES[key]), ICONS[key]) for key in ACTS], "head": head,
        "once": form.typed("once"),
        "error": str(form.errors.get("", "")), "submit": str(BUTTONS[act]), "button_icon": ICONS[act], "has_places": bool(places),
        "has_goods": form.sent is not None or any(line.row is not None for line in lines) or has_goods(),
        "here": here.pk if here is not None else 0, "shows_cost": shows_cost, "currency": reader.formats.currency,
        "rows": [row_of(n, line, there, reader, act) for n, line in enumerate(lines)],
    }  # fmt: skip


def levels_of(lines: list[Line], here: Warehouse) -> dict[int, StockLevel]:
    ids = [line.row.pk for line in lines if line.row is not None]
    return {one.product_id: one for one in StockLevel.objects.filter(warehouse=here, product__in=ids)} if ids else {}


def row_of(n: int, line: Line, there: dict[int, StockLevel], reader: Reader, act: str) -> dict[str, Any]:
    number, row = reader.formats.number, line.row
    level = there.get(row.pk) if row is not None else None
    hand = level.on_hand if level is not None else Decimal(0)
    free = hand - level.reserved if level is not None else Decimal(0)
    return {
        "n": n + 1, "errors": line.errors, "quantity": line.quantity, "cost": line.cost,
        "there": "" if row is None else number((hand if act == "count" else free).normalize()), "age": age_words(row, reader.formats),
        "unit": row.unit.symbol if row is not None and row.unit is not None else "",
        "product": Widget(
            "lookup", "product", label=_("Product"), value=line.product if row is not None else "", shown=row.name if row is not None else line.words,
            url="/products/find", error=line.errors.get("product", ""), attrs={"placeholder": _("Name, code or barcode")},
        ),
    }  # fmt: skip


# -- holds -----------------------------------------------------------------------------------------------


@door("signed_in", "see")
@require_http_methods(["GET", "HEAD", "POST"])
def hold(request: Any, record_id: int) -> HttpResponseBase:
    """GET: how many, for whom, until when. POST: hold the goods."""
    reader, type_ = opened(request, "products")
    row: Any = reading.get(type_, record_id, reader.user)
    if not decide.may(reader.user, "add", "hold"):
        raise NotAllowed()
    if row.kind == "service" or (row.kind == "good" and not row.tracks_stock):
        raise Conflict(_("The stock of this product is not counted."))
    today = clock.today(reader.formats.zone)
    form = PlainForm(
        {"until": reader.formats.date(today + timedelta(days=HELD_DAYS)), "quantity": "1"},
        request.POST if request.method == "POST" else None,
    )
    places = {str(place.pk): place for place in warehouses()}
    about: Any = reader.schema.type("hold")["about"]
    target: Target | None = None
    if form.sent is not None:
        quantity, until = Decimal(0), None
        with form.about("quantity"):
            quantity = parse_decimal(form.typed("quantity"), reader.formats, places=3)
        with form.about("until"):
            until = parse_date(form.typed("until"), reader.formats)
            if until < today:
                raise Invalid(_("This day is over. Choose a later one."))
        with form.about("about"):
            target = about.parse(form.typed("about"), reader)
            about.check_target(target, reader)
        place = places.get(form.typed("warehouse"))
        if not form.errors:
            try:
                doors.hold(
                    [doors.Item(record_id, quantity)], by=reader.user, about=(target.type, target.id) if target else None,
                    until=until, warehouse=place,
                )  # fmt: skip
            except Invalid as refused:
                form.errors["quantity"] = refused.sentence
            except Conflict as refused:
                form.errors["quantity"] = refused.sentence
            else:
                return toast(go(request, type_.address(record_id)), _("The goods are held."))
    link = about.widget(target, reader)
    choices = [(key, place.name) for key, place in places.items()]
    widgets = [
        form.input("quantity", _("Quantity"), required=True, inputmode="decimal", maxlength=20),
        form.widget("date", "until", _("Until"), value=form.typed("until"), required=True),
        form.widget(
            "lookup", "about", _("For"), value=link.value, shown=link.shown, url=link.url,
            help=_("A deal, mostly; nobody yet when it stays empty."),
        ),
        *([form.select("warehouse", _("Warehouse"), choices)] if len(choices) > 1 else []),
    ]  # fmt: skip
    context = {
        "title": _("Hold “%(name)s”") % {"name": type_.title_of(row)}, "action": f"{type_.address(record_id)}hold", "submit": _("Hold"),
        "back": type_.address(record_id), "widgets": widgets, "hidden": {}, "error": "", "body": "catalogue/_fields.html",
        "note": _("They are free again by themselves when the day is over, and you are told."),
    }  # fmt: skip
    return form_page(request, context, status=422 if form.errors else 200)


@door("signed_in", "change")
@require_POST
def release(request: Any, record_id: int) -> HttpResponseBase:
    """Free the goods of a hold; back to the page it was pressed on."""
    reader, type_ = opened(request, "holds")
    row: Any = reading.get(type_, record_id, reader.user)
    if not decide.may(reader.user, "change", type_.key, row):
        raise NotAllowed()
    if not doors.release(hold_ids=[record_id], by=reader.user):
        raise Conflict(_("This hold is over already."))
    back = type_.address(record_id) if request.POST.get("back") == "hold" else f"/products/{row.product_id}/"
    return toast(go(request, back), _("The goods are free again."))
