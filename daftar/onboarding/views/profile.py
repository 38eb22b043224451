"""A person's profile and absence: on one's own page, on the page of settings, and alone after a refusal."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from daftar.access import absence
from daftar.access.doors import door
from daftar.access.models import User
from daftar.kernel.errors import Invalid, Missing, NotAllowed
from daftar.kernel.formats import current
from daftar.kernel.ids import parse_id
from daftar.records import profiles
from daftar.records.forms import RecordForm
from daftar.records.views.opening import reader_of
from daftar.ui.answers import go, toast
from daftar.ui.parts import Widget


def existing(person_id: str) -> User:
    row: User | None = User.objects.live().select_related("substitute").filter(pk=parse_id(person_id)).first()
    if row is None:
        raise Missing()
    return row


# -- parts of pages ------------------------------------------------------------------------------------


def my_part(request: Any) -> str:
    """The sections of one's own page (slot "me")."""
    row = existing(str(request.user.pk))
    return render_to_string("onboarding/_profile.html", sections(request, row, back="/me/"), request)


def sections(request: Any, row: User, *, back: str, form: ProfileForm | None = None) -> dict[str, Any]:
    """What `_profile.html` draws: photo, profile and absence of a person, as far as the reader may change them."""
    return {
        "row": row, "profile": form or ProfileForm(request, row), "profile_back": back, "away": absence.words_ahead(row),
        "may_profile": profiles.may_change_profile(request.user, row),
        "may_absence": profiles.may_set_absence(request.user, row),
    }  # fmt: skip


class ProfileForm:
    """The forms of a profile with what was typed and the sentences about it."""

    def __init__(self, request: Any, row: User, sent: QueryDict | None = None) -> None:
        reader, self.row, self.sent = reader_of(request), row, sent
        type_ = reader.schema.type("user")
        self.profile = RecordForm(
            type_, [type_.by_key[k] for k in profiles.PROFILE if k in type_.by_key], reader, row=row
        )
        self.absence = RecordForm(
            type_, [type_.by_key[k] for k in profiles.ABSENCE if k in type_.by_key], reader, row=row
        )
        self.errors: dict[str, Any] = {}

    def typed_hours(self) -> dict[str, tuple[str, str]]:
        """Week day → (from, to) as typed, else as kept."""
        made = {}
        for day in map(str, range(7)):
            kept = self.row.working_hours.get(day) or ["", ""]
            if self.sent is not None and f"hours.{day}.from" in self.sent:
                kept = [self.sent.get(f"hours.{day}.{end}", "") for end in ("from", "to")]
            made[day] = (kept[0], kept[1])
        return made

    def hours(self) -> list[tuple[str, Widget, Widget, str]]:
        """(name of the day, from, to, sentence) in the reader's week."""
        first = current().first_day
        typed = self.typed_hours()
        made = []
        for n in range(7):
            day = str((first + n) % 7)
            name = current().weekday_name(int(day))
            ends = [
                Widget("input", f"hours.{day}.{key}", label=f"{name}: {words}", value=typed[day][place],
                       attrs={"type": "time", "dir": "ltr"})
                for place, (key, words) in enumerate((("from", _("begins")), ("to", _("ends"))))
            ]  # fmt: skip
            made.append((name, ends[0], ends[1], str(self.errors.get(f"hours.{day}", ""))))
        return made

    def refuse(self, form: RecordForm, refused: Invalid) -> None:
        known = {field.key for field in form.fields}
        form.errors.update({key: said for key, said in refused.errors.items() if key in known})
        self.errors.update({key: said for key, said in refused.errors.items() if key not in known})


# -- addresses -----------------------------------------------------------------------------------------


@door("signed_in", "change")
@require_POST
def profile(request: Any, person_id: str) -> HttpResponseBase:
    """Save position, phones and working hours."""
    row = existing(person_id)
    if not profiles.may_change_profile(request.user, row):
        raise NotAllowed()
    form = ProfileForm(request, row, request.POST)
    try:
        if not form.profile.read(request.POST):
            return again(request, row, form)
        hours = profiles.checked_hours(form.typed_hours())
        profiles.change_profile(row.pk, form.profile.values, by=request.user, hours=hours)
    except Invalid as refused:
        form.refuse(form.profile, refused)
        return again(request, row, form)
    return toast(go(request, back_to(request, row)), _("Saved."))


@door("signed_in", "change")
@require_POST
def photo(request: Any, person_id: str) -> HttpResponseBase:
    """Put an uploaded picture in place of the photo; `remove` takes it away."""
    row = existing(person_id)
    if not profiles.may_change_profile(request.user, row):
        raise NotAllowed()
    upload = request.FILES.get("photo")
    form = ProfileForm(request, row)
    try:
        if upload is None and "remove" not in request.POST:
            raise Invalid(_("Choose a file first."), field="photo")
        profiles.set_photo(row.pk, upload, by=request.user)
    except Invalid as refused:
        form.errors.update(refused.errors)
        return again(request, row, form)
    return toast(go(request, back_to(request, row)), _("Saved."))


@door("signed_in", "change")
@require_http_methods(["GET", "HEAD", "POST"])
def away(request: Any, person_id: str) -> HttpResponseBase:
    """When somebody is away and who stands in; also opened by their head."""
    row = existing(person_id)
    if not profiles.may_set_absence(request.user, row):
        raise NotAllowed()
    form = ProfileForm(request, row, request.POST if request.method == "POST" else None)
    if request.method != "POST":
        return page(request, row, form)
    try:
        if not form.absence.read(request.POST):
            return again(request, row, form)
        values = dict.fromkeys(profiles.ABSENCE)
        if "end" not in request.POST:
            values.update({key: form.absence.values.get(key) for key in profiles.ABSENCE})
        profiles.set_absence(row.pk, values, by=request.user)
    except Invalid as refused:
        form.refuse(form.absence, refused)
        return again(request, row, form)
    return toast(go(request, back_to(request, row)), _("Saved."))


def again(request: Any, row: User, form: ProfileForm) -> HttpResponse:
    return page(request, row, form, status=422)


def page(request: Any, row: User, form: ProfileForm, status: int = 200) -> HttpResponse:
    back = back_to(request, row)
    return render(request, "onboarding/profile.html", {
        "title": row.name, "back": back, **sections(request, row, back=back, form=form),
    }, status=status)  # fmt: skip


def back_to(request: Any, row: User) -> str:
    """Where the form stood: one's own page, the page of settings, or the card."""
    asked = request.POST.get("back", "")
    allowed = ("/me/", f"/settings/people/{row.pk}/", f"/people/{row.pk}/")
    return asked if asked in allowed else "/me/" if row.pk == request.user.pk else f"/people/{row.pk}/"


def card_part(request: Any, type_: Any, row: Any) -> str:
    """On the card of a person: that they are away, and the way to say so for who may."""
    if not profiles.may_set_absence(request.user, row):
        return ""
    return render_to_string("onboarding/_away_button.html", {"row": row}, request)
