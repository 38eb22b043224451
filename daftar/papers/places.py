"""Places in the owner's texts, like {client.name}: a closed list, read by our own eyes; nothing of the text is ever run."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from daftar.kernel.errors import Invalid

PLACE = re.compile(r"\{([^{}\n]{0,60})\}")
PLACES = {
    "number": gettext_lazy("Number of the paper"),
    "date": gettext_lazy("Day of the paper"),
    "until": gettext_lazy("Valid until, or due on"),
    "total": gettext_lazy("Total"),
    "balance": gettext_lazy("To be paid"),
    "total.words": gettext_lazy("Total in words"),
    "net": gettext_lazy("Sum without tax"),
    "tax": gettext_lazy("Tax in all"),
    "paid": gettext_lazy("Paid so far"),
    "currency": gettext_lazy("Currency"),
    "title": gettext_lazy("What the paper is called"),
    "version": gettext_lazy("Version, from the second on"),
    "about": gettext_lazy("Name of the deal"),
    "terms": gettext_lazy("Terms"),
    "client.name": gettext_lazy("Client"),
    "client.person": gettext_lazy("Contact person"),
    "client.address": gettext_lazy("Client's address"),
    "client.tax_id": gettext_lazy("Client's tax number"),
    "client.registration_number": gettext_lazy("Client's registration number"),
    "client.phone": gettext_lazy("Client's phone"),
    "client.email": gettext_lazy("Client's e-mail"),
    "client.bank_name": gettext_lazy("Client's bank"),
    "client.bank_account": gettext_lazy("Client's account"),
    "client.bank_code": gettext_lazy("Client's bank code"),
    "seller.name": gettext_lazy("Our name"),
    "seller.address": gettext_lazy("Our address"),
    "seller.phone": gettext_lazy("Our phone"),
    "seller.email": gettext_lazy("Our e-mail"),
    "seller.web": gettext_lazy("Our web address"),
    "seller.tax_id": gettext_lazy("Our tax number"),
    "seller.registration_number": gettext_lazy("Our registration number"),
    "seller.bank_name": gettext_lazy("Our bank"),
    "seller.bank_account": gettext_lazy("Our account"),
    "seller.bank_code": gettext_lazy("Our bank code"),
}


def checked(text: str) -> str:
    """The text. Errors: Invalid that names a place which is not known, with the nearest that is."""
    for found in PLACE.finditer(text):
        word = found.group(1).strip()
        if word not in PLACES:
            said = _("“{%(word)s}” is no place that can be filled.") % {"word": word[:40]}
            raise Invalid(said + meant(word, PLACES))
    return text


def meant(word: str, known: Iterable[str]) -> str:
    """A question for the nearest place that is known; "" where none is near."""
    near = difflib.get_close_matches(word, list(known), 1, 0.4)
    return " " + _("Did you mean {%(near)s}?") % {"near": near[0]} if near else ""


def filled(text: str, values: Mapping[str, str]) -> str:
    """The text with its places filled; what is not known is left out."""
    return PLACE.sub(lambda found: values.get(found.group(1).strip(), ""), text)
