"""What the demo company needs to know in each language."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Words:
    """Shapes: `people` stand in the order of `cast.ROLES`; `products` are (name, code, section key, US dollars);
    `phone` is a pattern whose numbers belong to nobody, "#" is a digit; `deal` and `wants` are patterns with {product},
    {client} and {count}; `calls` say what was spoken of, `next_calls` what a call is for.
    """

    language: str
    shop: str
    offices: tuple[str, str]
    departments: tuple[str, str, str]
    people: tuple[str, ...]
    first_names: tuple[str, ...]
    last_names: tuple[str, ...]
    companies: tuple[str, ...]
    company_forms: tuple[str, ...]
    cities: tuple[str, ...]
    streets: tuple[str, ...]
    country: str
    phone: str
    mobile: str
    sections: tuple[tuple[str, str], ...]
    products: tuple[tuple[str, str, str, float], ...]
    positions: tuple[str, ...]
    deal: tuple[str, ...]
    wants: tuple[str, ...]
    calls: tuple[str, ...]
    next_calls: tuple[str, ...]
    meetings: tuple[str, ...]
    tasks: tuple[str, ...]
    notes: tuple[str, ...]
    comments: tuple[str, ...]
    tags: tuple[str, ...]
    campaigns: tuple[str, ...]
    delivery: tuple[str, tuple[str, ...]]
    area: str
    visit: str
    file_name: str
    lost: tuple[str, ...]
