"""The typefaces letters are set in: those installed with Gongkai, then the deployer's, then the system's."""

from __future__ import annotations

import functools
import sys
from pathlib import Path

from django.conf import settings

BODY = "Noto Serif SC"
"""No free FangSong (仿宋, the typeface GB/T 9704 names) covers the signs of names; a deployer who owns one puts it into
the folder ``GONGKAI_FONTS`` and it is taken first."""
FAMILIES = (
    "FangSong",
    "仿宋",
    "仿宋_GB2312",
    BODY,
    "Noto Serif CJK SC",
    "HanaMinB",
    "AR PL UMing CN",
    "WenQuanYi Micro Hei",
)
_SYSTEM = ("/usr/share/fonts", "/usr/local/share/fonts", "/Library/Fonts")
_SUFFIXES = frozenset({".ttf", ".otf", ".ttc"})


class TypefaceMissing(RuntimeError):
    """No typeface with Chinese signs can be found; the message says how to get one."""

    code = "typeface"


class SignMissing(TypefaceMissing):
    """No typeface here has a sign of the letter. It is not printed then: a name with an empty box is no name."""

    code = "sign"


@functools.cache
def own_folders() -> tuple[str, ...]:
    """The deployer's typefaces and those installed with Gongkai, first choice first."""
    places = [Path(settings.GONGKAI_FONTS), Path(sys.prefix) / "share" / "fonts"]
    return tuple(str(folder) for folder in places if str(folder) != "." and _has_fonts(folder))


@functools.cache
def all_folders() -> tuple[str, ...]:
    """Those, and the system's: for signs the first have not. Scanning them takes a quarter of a second, once."""
    found = (*own_folders(), *(folder for folder in _SYSTEM if Path(folder).is_dir()))
    if not found:
        raise TypefaceMissing("no Chinese typeface: run scripts/fonts, or install the package fonts-noto-cjk")
    return found


def _has_fonts(folder: Path) -> bool:
    return folder.is_dir() and any(path.suffix.lower() in _SUFFIXES for path in folder.iterdir())
