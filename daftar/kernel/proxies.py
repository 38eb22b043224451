"""Who asks, when proxies of ours stand between: what they say of the caller counts, what anybody else says does not."""

from __future__ import annotations

import ipaddress

from django.conf import settings


def is_proxy(address: str) -> bool:
    """Whether DAFTAR_BEHIND_PROXY names this address."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return False
    found = getattr(found, "ipv4_mapped", None) or found
    return any(found in network for network in settings.PROXIES)


def caller(remote: str, forwarded_for: str) -> str:
    """The address of the caller: read from the end, the first that is no proxy of ours. What stands before it anybody may have written."""
    found = remote
    for text in reversed(forwarded_for.split(",")):
        if not is_proxy(found):
            break
        try:
            found = str(ipaddress.ip_address(text.strip()))
        except ValueError:
            break
    return found
