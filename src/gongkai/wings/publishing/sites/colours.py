"""A legible set of colours from the one main colour a site chooses (国办发〔2017〕47号: one main colour). Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

Rgb = tuple[int, int, int]
_WHITE: Rgb = (255, 255, 255)
_DARK_PAPER: Rgb = (0x1D, 0x21, 0x26)
_DARK_TINT: Rgb = (0x1C, 0x28, 0x36)
_LIGHT_GROUND: Rgb = (0xF5, 0xF6, 0xF8)
LEGIBLE = 4.6
CLEAR = 7.0
"""Contrast every text reaches: WCAG 2.2 asks 4.5 at level AA; the rest is for rounding."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Theme:
    """The colours of one site, all legible, whatever main colour was chosen."""

    main: str
    on_main: str
    link: str
    link_dark: str
    tint: str

    def css(self) -> str:
        return (
            f"@layer base{{:root{{--main:{self.main};--on-main:{self.on_main};--link:{self.link};"
            f"--link-dark:{self.link_dark};--tint:{self.tint}}}}}\n"
        )


def _rgb(colour: str) -> Rgb:
    return (int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16))


def _hex(rgb: Rgb) -> str:
    return f"#{rgb[0]:02x}{rgb[1]:02x}{rgb[2]:02x}"


def _luminance(rgb: Rgb) -> float:
    linear = [c / 255 / 12.92 if c / 255 <= 0.04045 else ((c / 255 + 0.055) / 1.055) ** 2.4 for c in rgb]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: Rgb, other: Rgb) -> float:
    """Contrast ratio of WCAG 2.2: 1 to 21."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _mixed(colour: Rgb, other: Rgb, share: float) -> Rgb:
    red, green, blue = (round(c + (o - c) * share) for c, o in zip(colour, other, strict=True))
    return (red, green, blue)


def _moved_until_legible(colour: Rgb, *, towards: Rgb, on: Sequence[Rgb], ratio: float = LEGIBLE) -> Rgb:
    for step in range(51):
        moved = _mixed(colour, towards, step / 50)
        if all(contrast(moved, ground) >= ratio for ground in on):
            return moved
    return towards


def theme(colour: str) -> Theme:
    """A theme from one main colour such as ``#1f4e8c``; a colour too light for white text is darkened."""
    chosen = _rgb(colour)
    main = _moved_until_legible(chosen, towards=(0, 0, 0), on=[_WHITE])
    tint = _mixed(main, _WHITE, 0.92)
    link = _moved_until_legible(main, towards=(0, 0, 0), on=[_WHITE, _LIGHT_GROUND, tint])
    link_dark = _moved_until_legible(chosen, towards=_WHITE, on=[_DARK_PAPER, _DARK_TINT], ratio=CLEAR)
    return Theme(
        main=_hex(main), on_main="#ffffff", link=_hex(link), link_dark=_hex(link_dark), tint=_hex(tint)
    )
