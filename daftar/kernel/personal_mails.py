"""Traces of people in the kernel's own tables: mails to them, and mails to others that name them."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from daftar.kernel import personal
from daftar.kernel.models import OutgoingMail
from daftar.kernel.personal import Place, Subject


def theirs(subject: Subject) -> list[OutgoingMail]:
    """Mails to one of their addresses, in whatever case."""
    return [mail for mail in OutgoingMail.objects.all().iterator() if mail.to.casefold() in folded(subject)]


def folded(subject: Subject) -> set[str]:
    return {address.casefold() for address in subject.emails}


def find(subject: Subject) -> list[dict[str, Any]]:
    return [personal.told(mail) for mail in theirs(subject)]


def erase(subject: Subject) -> int:
    """Mails to them go; in those to others stands no name of theirs any more."""
    gone, changed = [mail.pk for mail in theirs(subject)], 0
    OutgoingMail.objects.filter(pk__in=gone).delete()
    for mail in OutgoingMail.objects.all().iterator():
        texts = {name: getattr(mail, name) for name in ("subject", "text", "html", "problem")}
        left = {name: subject.out_of(text) for name, text in texts.items()}
        if left != texts:
            OutgoingMail.objects.filter(pk=mail.pk).update(**left)
            changed += 1
    return len(gone) + changed


personal.add(Place("mails", _("Outgoing mails"), {"kernel.OutgoingMail": "to subject text html"}, find, erase))
personal.excuse("django_tasks_database.DBTaskResult", "*", "Tasks are given numbers of rows only.")
