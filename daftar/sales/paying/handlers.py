"""Whom payments are told, and the way to payments and statements in the menu."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from daftar.access import decide
from daftar.access.models import User
from daftar.activities.notifying.facts import people_with_settings
from daftar.activities.notifying.writing import News, tell
from daftar.kernel.events import joins
from daftar.records.menu_entries import shown
from daftar.sales.bank.loading import may_load
from daftar.sales.events import PaymentReceived, PaymentWrong
from daftar.sales.models import Payment, PaymentAttempt
from daftar.ui import menu


def loads_statements(request: Any) -> bool:
    return isinstance(request.user, User) and may_load(request.user)


def issues_quotes(request: Any) -> bool:
    return isinstance(request.user, User) and decide.may(request.user, "add", "quote")


menu.add_group("billing", _("Billing"), icon="receipt-text", order=80)
menu.add("quote", _("Quotes"), url="/quotes/", icon="file-text", order=77, shown=shown("quote"), group="billing")
menu.add(
    "stale_quotes", _("Stale quotes"), url="/quotes/stale/", icon="git-compare", order=78, shown=issues_quotes, group="billing"
)  # fmt: skip
menu.add("payment", _("Payments"), url="/payments/", icon="banknote", order=83, shown=shown("payment"), group="billing")
menu.add("bank", _("Bank statements"), url="/bank/", icon="landmark", order=84, shown=loads_statements, group="billing")


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
