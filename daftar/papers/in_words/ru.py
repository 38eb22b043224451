from __future__ import annotations

MINUS = "минус"
_MALE = "ноль один два три четыре пять шесть семь восемь девять"
MALE = _MALE.split()
_TEENS = (
    "десять одиннадцать двенадцать тринадцать четырнадцать пятнадцать шестнадцать семнадцать восемнадцать девятнадцать"
)
TEENS = _TEENS.split()
_TENS = "_ _ двадцать тридцать сорок пятьдесят шестьдесят семьдесят восемьдесят девяносто"
TENS = _TENS.split()
_HUNDREDS = "_ сто двести триста четыреста пятьсот шестьсот семьсот восемьсот девятьсот"
HUNDREDS = _HUNDREDS.split()
FEMALE = {1: "одна", 2: "две"}
SCALES = (
    ("тысяча", "тысячи", "тысяч", True), ("миллион", "миллиона", "миллионов", False), ("миллиард", "миллиарда", "миллиардов", False),
    ("триллион", "триллиона", "триллионов", False),
)  # fmt: skip
NAMES = {
    "RUB": (("рубль", "рубля", "рублей"), ("копейка", "копейки", "копеек")), "USD": (("доллар", "доллара", "долларов"), ("цент", "цента", "центов")),
    "EUR": (("евро", "евро", "евро"), ("цент", "цента", "центов")), "IRR": (("риал", "риала", "риалов"), None),
    "TOMAN": (("туман", "тумана", "туманов"), None), "GBP": (("фунт", "фунта", "фунтов"), ("пенни", "пенни", "пенни")),
}  # fmt: skip


def form(number: int, forms: tuple[str, str, str]) -> str:
    """рубль, рубля, рублей: by the last digits."""
    last, two = number % 10, number % 100
    if last == 1 and two != 11:
        return forms[0]
    return forms[1] if 2 <= last <= 4 and not 12 <= two <= 14 else forms[2]


def below_thousand(number: int, *, female: bool) -> list[str]:
    hundreds, rest = divmod(number, 100)
    said = [HUNDREDS[hundreds]] if hundreds else []
    if 10 <= rest < 20:
        return [*said, TEENS[rest - 10]]
    tens, ones = divmod(rest, 10)
    if tens:
        said.append(TENS[tens])
    if ones:
        said.append(FEMALE.get(ones, MALE[ones]) if female else MALE[ones])
    return said


def number(value: int) -> str:
    if not value:
        return MALE[0]
    groups: list[list[str]] = []
    value, rest = divmod(value, 1000)
    groups.append(below_thousand(rest, female=False))
    for one, few, many, female in SCALES:
        value, rest = divmod(value, 1000)
        if rest:
            groups.append([*below_thousand(rest, female=female), form(rest, (one, few, many))])
    return " ".join(word for group in reversed(groups) for word in group)


def amount(units: int, minor: int, places: int, code: str) -> str:
    """Coins stand in figures, with two digits, as Russian papers write them."""
    names, coins = NAMES.get(code, ((code, code, code), None))
    said = f"{number(units)} {form(units, names)}"
    if coins is not None:
        return f"{said} {minor:0{places}} {form(minor, coins)}"
    return f"{said} {minor}/{10**places}" if minor else said
