"""Whom payments are told, and the way to statements in the menu."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from daftar.access.models import User
from daftar.activities.notifying.facts import people_with_settings
from daftar.activities.notifying.writing import News, tell
from daftar.kernel.events import joins
from daftar.sales.bank.loading import may_load
from daftar.sales.events import PaymentReceived, PaymentWrong
from daftar.sales.models import Payment, PaymentAttempt
from daftar.ui import menu


def loads_statements(request: Any) -> bool:
    return isinstance(request.user, User) and may_load(request.user)


menu.add("bank", _("Bank statements"), url="/bank/", icon="landmark", order=15, place="user", shown=loads_statements)


@joins(PaymentReceived)
def tell_of_payment(event: PaymentReceived) -> None:
    """Who takes care of the client hears that money came, unless they recorded it themselves."""
    payment = Payment.objects.filter(pk=event.payment_id).first()
    if payment is not None and payment.owner_id is not None:
        tell([News(payment.owner_id, "payment", payment.created_by_id, "payment", payment.pk)])


@joins(PaymentWrong)
def tell_of_wrong_sum(event: PaymentWrong) -> None:
    """The owner of the invoice and those who run the company hear that other money came than was asked for."""
    attempt = PaymentAttempt.objects.select_related("invoice").get(pk=event.attempt_id)
    owner = attempt.invoice.owner_id
    people = {*people_with_settings(), *([owner] if owner is not None else [])}
    tell(
        [
            News(id_, "payment", None, "invoice", attempt.invoice_id, data={"what": "wrong"})
            for id_ in sorted(people)
            if id_
        ]
    )
