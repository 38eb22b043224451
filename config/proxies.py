"""The proxies that stand before us, as the environment names them."""

import ipaddress

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


def proxies(text: str) -> list[Network]:
    """Addresses and networks of our proxies. Errors: ValueError for a word that is none, as "1" of older versions."""
    made: list[Network] = []
    for word in text.replace(",", " ").split():
        try:
            made.append(ipaddress.ip_network(word, strict=False))
        except ValueError:
            raise ValueError(
                f"DAFTAR_BEHIND_PROXY names the addresses of your proxies (127.0.0.1, 10.0.0.0/8), and “{word}” is none."
            ) from None
    return made
