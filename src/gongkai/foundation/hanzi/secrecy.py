"""Marks that keep a paper from being public: 秘密★10年, 内部资料 注意保管, 此件不公开. Prose about secrets is no mark."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from gongkai.foundation.hanzi.scripts import to_simplified

MarkKind = Literal["secret", "internal", "not_public"]

_S = r"[ \t\u3000]*"
_GRADE = rf"(?:绝{_S}密|机{_S}密|秘{_S}密)"
_OPEN, _CLOSE = r"[（(【\[〔]", r"[）)】\]〕]"
_KEEP = r"(?:注意(?:保管|保密|保存)|妥善保管|(?:请勿|不得|严禁|切勿|禁止)(?:外传|外泄|翻印|公开|扩散|转载|上网|复印))"
_INNER = r"内部(?:资料|文件|材料|刊物|情况|传阅|参阅|使用|掌握|发行|文稿)"
_PATTERNS: tuple[tuple[MarkKind, re.Pattern[str]], ...] = (
    # 国家秘密★ stands in rules about marks, and a footnote asterisk after 商业秘密 in any text
    (
        "secret",
        re.compile(rf"(?<!国家)(?<!商业)(?<!工作){_GRADE}{_S}[★☆*＊]{_S}(?:\d+{_S}(?:年|个月)|长{_S}期)?"),
    ),
    (
        "secret",
        re.compile(rf"(?:保密等级|涉密等级|密{_S}级){_S}[:：]{_S}(?:绝密|机密|秘密|内部)"),
    ),
    ("secret", re.compile(rf"(?m)^{_S}{_OPEN}?{_GRADE}级?{_CLOSE}?{_S}$")),
    ("internal", re.compile(rf"{_INNER}[ \t\u3000，,。.；;:：、！!]*{_KEEP}(?:[ \t\u3000，,、]*{_KEEP})*")),
    ("internal", re.compile(rf"{_OPEN}{_S}(?:{_INNER}|{_KEEP}){_S}{_CLOSE}")),
    ("internal", re.compile(rf"(?m)^{_S}(?:{_INNER}|{_KEEP})[！!。]?{_S}$")),
    ("internal", re.compile(r"(?:仅供|仅限|只限|限于?)内部(?:使用|参考|参阅|传阅|掌握|交流)")),
    ("not_public", re.compile(r"此件(?:不公开|不予公开|不宜公开|依申请公开|删减后公开)")),
)


@dataclass(frozen=True, slots=True)
class SecrecyMark:
    start: int
    end: int
    text: str
    kind: MarkKind


def secrecy_marks(text: str) -> list[SecrecyMark]:
    """Every mark in ``text``, in either script, in order, none inside another."""
    simplified = to_simplified(text)
    if len(simplified) != len(text):
        simplified = text
    found: list[SecrecyMark] = []
    taken: set[int] = set()
    for kind, pattern in _PATTERNS:
        for hit in pattern.finditer(simplified):
            words = hit.group().strip(" \t\u3000")
            start = hit.start() + hit.group().index(words)
            end = start + len(words)
            if taken.isdisjoint(range(start, end)):
                taken.update(range(start, end))
                found.append(SecrecyMark(start, end, text[start:end], kind))
    return sorted(found, key=lambda mark: mark.start)
