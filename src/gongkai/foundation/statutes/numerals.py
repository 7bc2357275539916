"""Chinese numerals as statutes number their articles: 一 to 九千九百九十九."""

from __future__ import annotations

import re

LARGEST = 9999

_DIGITS = "零一二三四五六七八九"
_PLACES = ((1000, "千"), (100, "百"), (10, "十"))
_VALUES = {digit: value for value, digit in enumerate(_DIGITS)} | {"〇": 0, "两": 2}


def to_chinese(number: int) -> str:
    """33 as 三十三, 105 as 一百零五. Raises ``ValueError`` outside 1 to 9999."""
    if not 1 <= number <= LARGEST:
        raise ValueError(f"{number} is not a number from 1 to {LARGEST}")
    text = ""
    rest = number
    for place, unit in _PLACES:
        digit, rest = divmod(rest, place)
        if digit:
            text += _DIGITS[digit] + unit
        elif text and rest and not text.endswith("零"):
            text += "零"
    if rest:
        text += _DIGITS[rest]
    # From 10 to 19 the leading one is not said.
    return text[1:] if 10 <= number < 20 else text


def from_chinese(text: str) -> int:
    """三十三, or 33, as 33. Raises ``ValueError`` for anything that ``to_chinese`` would not write.

    〇 and 两 are read as 零 and 二.
    """
    if re.fullmatch(r"[0-9]{1,4}", text):
        number = int(text)
    else:
        total = digit = 0
        for character in text:
            if character in _VALUES:
                digit = _VALUES[character]
                continue
            place = next((value for value, unit in _PLACES if unit == character), None)
            if place is None:
                raise ValueError(f"{text!r} is not a Chinese numeral")
            total += (digit or 1) * place
            digit = 0
        number = total + digit
    canonical = text.replace("〇", "零").replace("两", "二")
    if not 1 <= number <= LARGEST or canonical not in (to_chinese(number), str(number)):
        raise ValueError(f"{text!r} is not a Chinese numeral from 1 to {LARGEST}")
    return number
