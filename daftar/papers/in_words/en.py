from __future__ import annotations

MINUS = "minus"
_SMALL = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen"
)
SMALL = _SMALL.split()
_TENS = "_ _ twenty thirty forty fifty sixty seventy eighty ninety"
TENS = _TENS.split()
SCALES = ("", " thousand", " million", " billion", " trillion")
NAMES = {
    "USD": ("dollar", "dollars", "cent", "cents"), "EUR": ("euro", "euros", "cent", "cents"), "GBP": ("pound", "pounds", "penny", "pence"),
    "RUB": ("ruble", "rubles", "kopeck", "kopecks"), "IRR": ("rial", "rials", "", ""), "TOMAN": ("toman", "tomans", "", ""),
}  # fmt: skip


def below_thousand(number: int) -> str:
    hundreds, rest = divmod(number, 100)
    said = [f"{SMALL[hundreds]} hundred"] if hundreds else []
    if rest:
        tens, ones = divmod(rest, 10)
        said.append(SMALL[rest] if rest < 20 else TENS[tens] + (f"-{SMALL[ones]}" if ones else ""))
    return " and ".join(said)


def number(value: int) -> str:
    if not value:
        return SMALL[0]
    groups, scale = [], 0
    while value:
        value, rest = divmod(value, 1000)
        if rest:
            groups.append(below_thousand(rest) + SCALES[scale])
        scale += 1
    return " ".join(reversed(groups))


def amount(units: int, minor: int, places: int, code: str) -> str:
    one, many, coin, coins = NAMES.get(code, (code, code, "", ""))
    said = f"{number(units)} {one if units == 1 else many}"
    if not minor:
        return said
    return f"{said} and {minor} {coin if minor == 1 else coins}" if coin else f"{said} and {minor}/{10**places}"
