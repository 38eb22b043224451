"""Places in the owner's texts, like {client.name}: a closed list, read by our own eyes; nothing of the text is ever run."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping

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
    "about": gettext_lazy("Name of the deal"),
    "client.name": gettext_lazy("Client"),
    "client.person": gettext_lazy("Contact person"),
    "client.address": gettext_lazy("Client's address"),
    "client.tax_id": gettext_lazy("Client's tax number"),
    "seller.name": gettext_lazy("Our name"),
    "seller.address": gettext_lazy("Our address"),
    "seller.phone": gettext_lazy("Our phone"),
    "seller.email": gettext_lazy("Our e-mail"),
    "seller.bank_account": gettext_lazy("Our account"),
}


def checked(text: str) -> str:
    """The text. Errors: Invalid that names a place which is not known, with the nearest that is."""
    for found in PLACE.finditer(text):
        word = found.group(1).strip()
        if word not in PLACES:
            near = difflib.get_close_matches(word, PLACES, 1, 0.4)
            said = _("“{%(word)s}” is no place that can be filled.") % {"word": word[:40]}
            raise Invalid(said + (" " + _("Did you mean {%(near)s}?") % {"near": near[0]} if near else ""))
    return text


def filled(text: str, values: Mapping[str, str]) -> str:
    """The text with its places filled; what is not known is left out."""
    return PLACE.sub(lambda found: values.get(found.group(1).strip(), ""), text)
