from __future__ import annotations

MINUS = "منفی"
AND = " و "
_SMALL = "صفر یک دو سه چهار پنج شش هفت هشت نه ده یازده دوازده سیزده چهارده پانزده شانزده هفده هجده نوزده"
SMALL = _SMALL.split()
_TENS = "_ _ بیست سی چهل پنجاه شصت هفتاد هشتاد نود"
TENS = _TENS.split()
_HUNDREDS = "_ صد دویست سیصد چهارصد پانصد ششصد هفتصد هشتصد نهصد"
HUNDREDS = _HUNDREDS.split()
SCALES = ("", " هزار", " میلیون", " میلیارد", " هزار میلیارد")
NAMES = {"IRR": "ریال", "TOMAN": "تومان", "USD": "دلار", "EUR": "یورو", "RUB": "روبل", "GBP": "پوند", "AED": "درهم"}
COINS = {"USD": "سنت", "EUR": "سنت", "RUB": "کوپک", "GBP": "پنی", "AED": "فلس"}


def below_thousand(number: int) -> str:
    hundreds, rest = divmod(number, 100)
    said = [HUNDREDS[hundreds]] if hundreds else []
    if 0 < rest < 20:
        said.append(SMALL[rest])
    elif rest:
        tens, ones = divmod(rest, 10)
        said.append(TENS[tens])
        if ones:
            said.append(SMALL[ones])
    return AND.join(said)


def number(value: int) -> str:
    if not value:
        return SMALL[0]
    groups, scale = [], 0
    while value:
        value, rest = divmod(value, 1000)
        if rest:
            # one thousand is said without "one"
            groups.append(
                SCALES[scale].strip()
                if scale == 1 and rest == 1 and not value
                else below_thousand(rest) + SCALES[scale]
            )
        scale += 1
    return AND.join(reversed(groups))


def amount(units: int, minor: int, places: int, code: str) -> str:
    said = f"{number(units)} {NAMES.get(code, code)}"
    if not minor:
        return said
    return (
        f"{said}{AND}{number(minor)} {COINS[code]}"
        if code in COINS
        else f"{said}{AND}{number(minor)} از {number(10**places)}"
    )
