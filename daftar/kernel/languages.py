"""The words and signs of dates, times and numbers in our languages: one table per language, one place to add one.

They are not gettext texts because they depend on the reader's `Formats`, are read back by the parsers, and are needed
thousands of times per page.
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Language:
    """Shapes: months and weekdays start with January (Farvardin) and Monday."""

    group: str
    decimal: str
    percent: str
    months: tuple[str, ...]
    months_in_date: tuple[str, ...]
    months_short: tuple[str, ...]
    jalali_months: tuple[str, ...]
    weekdays: tuple[str, ...]
    weekdays_short: tuple[str, ...]
    weekdays_narrow: tuple[str, ...]
    near_days: dict[int, str]
    just_now: str
    ago: str
    ahead: str
    ago_units: dict[str, str]
    duration_units: dict[str, str]
    duration_gap: str
    halves: tuple[str, str]
    thousands: tuple[str, str, str]
    symbol_first: bool = False
    numeric_date: str = ""
    minus: str = "-"
    comma: str = ", "
    aliases: dict[str, int] = field(default_factory=dict)


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


EN = Language(
    group=",",
    decimal=".",
    percent="%",
    months=_words("January February March April May June July August September October November December"),
    months_in_date=_words("Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec"),
    months_short=_words("Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec"),
    jalali_months=_words("Farvardin Ordibehesht Khordad Tir Mordad Shahrivar Mehr Aban Azar Dey Bahman Esfand"),
    weekdays=_words("Monday Tuesday Wednesday Thursday Friday Saturday Sunday"),
    weekdays_short=_words("Mon Tue Wed Thu Fri Sat Sun"),
    weekdays_narrow=_words("Mo Tu We Th Fr Sa Su"),
    near_days={-1: "yesterday", 0: "today", 1: "tomorrow"},
    just_now="just now",
    ago="{} ago",
    ahead="in {}",
    ago_units={"m": "{} min", "h": "{} h", "d": "{} d"},
    duration_units={"d": "{}d", "h": "{}h", "m": "{}m", "s": "{}s"},
    duration_gap=" ",
    halves=("am", "pm"),
    thousands=("K", "M", "B"),
    symbol_first=True,
)

RU = Language(
    group="\u00a0",
    decimal=",",
    percent="\u00a0%",
    months=_words("январь февраль март апрель май июнь июль август сентябрь октябрь ноябрь декабрь"),
    months_in_date=_words("января февраля марта апреля мая июня июля августа сентября октября ноября декабря"),
    months_short=_words("янв фев мар апр мая июн июл авг сен окт ноя дек"),
    jalali_months=_words("фарвардин ордибехешт хордад тир мордад шахривар мехр абан азар дей бахман эсфанд"),
    weekdays=_words("понедельник вторник среда четверг пятница суббота воскресенье"),
    weekdays_short=_words("пн вт ср чт пт сб вс"),
    weekdays_narrow=_words("пн вт ср чт пт сб вс"),
    near_days={-1: "вчера", 0: "сегодня", 1: "завтра"},
    just_now="только что",
    ago="{} назад",
    ahead="через {}",
    ago_units={"m": "{}\u00a0мин", "h": "{}\u00a0ч", "d": "{}\u00a0дн."},
    duration_units={"d": "{}\u00a0д", "h": "{}\u00a0ч", "m": "{}\u00a0мин", "s": "{}\u00a0с"},
    duration_gap=" ",
    halves=("AM", "PM"),
    thousands=("\u00a0тыс.", "\u00a0млн", "\u00a0млрд"),
    numeric_date="dmy",
)

FA = Language(
    group="٬",
    decimal="٫",
    percent="٪",
    months=_words("ژانویه فوریه مارس آوریل مه ژوئن ژوئیه اوت سپتامبر اکتبر نوامبر دسامبر"),
    months_in_date=_words("ژانویه فوریه مارس آوریل مه ژوئن ژوئیه اوت سپتامبر اکتبر نوامبر دسامبر"),
    months_short=_words("ژانویه فوریه مارس آوریل مه ژوئن ژوئیه اوت سپتامبر اکتبر نوامبر دسامبر"),
    jalali_months=_words("فروردین اردیبهشت خرداد تیر مرداد شهریور مهر آبان آذر دی بهمن اسفند"),
    weekdays=_words("دوشنبه سه\u200cشنبه چهارشنبه پنجشنبه جمعه شنبه یکشنبه"),
    weekdays_short=_words("دوشنبه سه\u200cشنبه چهارشنبه پنجشنبه جمعه شنبه یکشنبه"),
    weekdays_narrow=_words("د س چ پ ج ش ی"),
    near_days={-1: "دیروز", 0: "امروز", 1: "فردا"},
    just_now="همین حالا",
    ago="{} پیش",
    ahead="{} دیگر",
    ago_units={"m": "{} دقیقه", "h": "{} ساعت", "d": "{} روز"},
    duration_units={"d": "{} روز", "h": "{} ساعت", "m": "{} دقیقه", "s": "{} ثانیه"},
    duration_gap=" و ",
    halves=("ق.ظ.", "ب.ظ."),
    thousands=(" هزار", " میلیون", " میلیارد"),
    minus="\u200e-",
    comma="، ",
    aliases={"امرداد": 5},
)

LANGUAGES: dict[str, Language] = {"en": EN, "fa": FA, "ru": RU}


def language(code: str) -> Language:
    """The table of a language code ("fa", "ru-RU"); English for one we do not have."""
    return LANGUAGES.get(code.partition("-")[0].lower(), EN)
