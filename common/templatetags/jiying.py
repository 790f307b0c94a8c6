"""How figures, dates and icons are written on a page: ``{% load jiying %}``.

Money and scores come as ``Decimal`` and are never floats; ``None`` means
"missing" and is written as a dash, never as zero.
"""

from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from django import template
from django.forms import (
    BoundField,
    CheckboxInput,
    CheckboxSelectMultiple,
    FileInput,
    RadioSelect,
    Select,
)
from django.http import QueryDict
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from common.money import FEN, SCORE_PLACES, round_half_up, to_decimal

register = template.Library()

MISSING = "–"
MINUS = "−"
CURRENCY_SIGNS = {
    "CNY": "¥",
    "USD": "$",
    "EUR": "€",
    "GBP": "£",
    "HKD": "HK$",
    "SGD": "S$",
    "JPY": "JP¥",
}
CURRENCIES_WITHOUT_CENTS = frozenset({"JPY", "KRW", "VND"})
WAN = 10_000
YI = 100_000_000


@register.filter
def money(amount: Decimal | int | None, currency: str = "CNY") -> str:
    """Write an amount as ``¥12,345.60``. Raises ``ValueError`` for a float."""
    return _money(amount, currency or "CNY", plus="")


@register.filter
def signed_money(amount: Decimal | int | None, currency: str = "CNY") -> str:
    """Write a change of an amount with its sign: ``+¥60.00``, ``−¥60.00``."""
    return _money(amount, currency or "CNY", plus="+")


@register.filter
def score(value: Decimal | int | None) -> str:
    """Write a published score with two decimals: ``86.40``."""
    return MISSING if value is None or value == "" else _grouped(value, SCORE_PLACES)


@register.filter
def achievement(value: Decimal | int | None) -> str:
    """Write an achievement that is already in per cent: ``90.00 %``."""
    return MISSING if value is None or value == "" else f"{_grouped(value, SCORE_PLACES)} %"


@register.filter
def percent(share: Decimal | int | None, places: int = 1) -> str:
    """Write a share of one in per cent: ``Decimal("0.665")`` becomes ``66.5 %``."""
    if share is None or share == "":
        return MISSING
    return f"{_grouped(to_decimal(share) * 100, int(places))} %"


@register.filter
def number(value: Decimal | int | None, places: int = 0) -> str:
    """Write a plain number with grouped thousands and exactly ``places`` decimals."""
    return MISSING if value is None or value == "" else _grouped(value, int(places))


@register.filter
def trimmed(value: Decimal | int | None) -> str:
    """Write a number with the decimals it needs and no trailing zeros: ``2.50`` becomes ``2.5``."""
    if value is None or value == "":
        return MISSING
    exact = to_decimal(value)
    places = max(0, -int(exact.normalize().as_tuple().exponent))
    return _grouped(exact, places)


@register.filter
def signed(value: Decimal | int | None, places: int = SCORE_PLACES) -> str:
    """Write a change with its sign: ``+1.20``, ``−1.20``, ``±0.00``."""
    if value is None or value == "":
        return MISSING
    rounded = round_half_up(to_decimal(value), int(places))
    sign = "±" if rounded == 0 else ("+" if rounded > 0 else MINUS)
    return f"{sign}{abs(rounded):,}"


@register.filter
def count(value: Decimal | int | None) -> str:
    """Write a large count shortly in Chinese (``1.2万``), grouped in English (``12,000``).

    The exact count stays in the title and in the text that screen readers get.
    """
    if value is None or value == "":
        return MISSING
    whole = round_half_up(to_decimal(value), 0)
    exact = f"{whole:,}".replace("-", MINUS)
    short = _in_ten_thousands(whole) if (get_language() or "").startswith("zh") else exact
    if short == exact:
        return exact
    return format_html(
        '<span title="{}">{}<span class="visually-hidden"> ({})</span></span>',
        exact,
        short,
        exact,
    )


@register.filter
def isodate(value: date | datetime | None, zone: str = "") -> str:
    """Write a day as ``2026-11-23``; an instant as its day in ``zone`` (default: the current zone)."""
    if not value:
        return MISSING
    return (_in_zone(value, zone) if isinstance(value, datetime) else value).strftime("%Y-%m-%d")


@register.filter
def isodatetime(value: datetime | None, zone: str = "") -> str:
    """Write an aware instant as ``2026-11-23 06:10`` in ``zone`` (default: the current zone)."""
    return _in_zone(value, zone).strftime("%Y-%m-%d %H:%M") if value else MISSING


@register.simple_tag
def icon(name: str, css_class: str = "") -> SafeString:
    """Draw an icon of the sprite; it is decoration, so the words stand beside it."""
    return format_html(
        '<svg class="jy-icon{}" aria-hidden="true"><use href="{}#{}"/></svg>',
        f" {css_class}" if css_class else "",
        static("img/icons.svg"),
        name or "dot",
    )


@register.simple_tag
def field_widget(field: BoundField) -> SafeString:
    """Render a form field's widget with the class that its kind of input wants."""
    own = field.field.widget.attrs.get("class", "")
    classes = " ".join(part for part in (_widget_class(field), own) if part)
    if field.errors and classes:
        classes = f"{classes} is-invalid"
    return field.as_widget(attrs={"class": classes} if classes else {})


@register.simple_tag(takes_context=True)
def page_query(context: template.Context, param: str, number: int) -> str:
    """Return this page's query with ``param`` set to ``number``: filters survive paging."""
    request = context.get("request")
    query = request.GET.copy() if request else QueryDict(mutable=True)
    query[param] = str(number)
    return f"?{query.urlencode()}"


@register.filter
def is_choice_list(field: BoundField) -> bool:
    """Say whether the field is a group of radio buttons or check boxes."""
    return isinstance(field.field.widget, (RadioSelect, CheckboxSelectMultiple))


@register.filter
def is_checkbox(field: BoundField) -> bool:
    """Say whether the field is one check box."""
    return isinstance(field.field.widget, CheckboxInput)


def _widget_class(field: BoundField) -> str:
    widget = field.field.widget
    if isinstance(widget, (RadioSelect, CheckboxSelectMultiple)):
        return ""
    if isinstance(widget, CheckboxInput):
        return "form-check-input"
    if isinstance(widget, Select):
        return "form-select"
    return "form-control jy-file" if isinstance(widget, FileInput) else "form-control"


def _money(amount: Decimal | int | None, currency: str, *, plus: str) -> str:
    if amount is None or amount == "":
        return MISSING
    places = 0 if currency in CURRENCIES_WITHOUT_CENTS else FEN
    rounded = round_half_up(to_decimal(amount), places)
    sign = MINUS if rounded < 0 else (plus if rounded > 0 else "")
    symbol = CURRENCY_SIGNS.get(currency, f"{currency} ")
    return f"{sign}{symbol}{abs(rounded):,}"


def _grouped(value: Decimal | int, places: int) -> str:
    rounded = round_half_up(to_decimal(value), places)
    return f"{MINUS if rounded < 0 else ''}{abs(rounded):,}"


def _in_ten_thousands(whole: Decimal) -> str:
    size = abs(whole)
    sign = MINUS if whole < 0 else ""
    for unit, word in ((YI, "亿"), (WAN, "万")):
        if size >= unit:
            return f"{sign}{round_half_up(size / unit, 1).normalize():f}{word}"
    return f"{sign}{size:,}"


def _in_zone(moment: datetime, zone: str) -> datetime:
    return timezone.localtime(moment, ZoneInfo(zone) if zone else None)
