"""Names of attachments: a reader must know from the name what he downloads, and a machine what it is."""

from __future__ import annotations

import re
from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gongkai.engines.checks.citing import rule
from gongkai.engines.checks.declarations import Finding, Severity, Subject
from gongkai.engines.checks.fields import ATTACHMENTS
from gongkai.foundation.hanzi import to_simplified

_ENDING = re.compile(r"\.([a-z0-9]{1,5})$", re.IGNORECASE)
_PROGRAM = re.compile(
    r"\.(?:apk|bat|cmd|cpl|dll|dmg|exe|hta|jar|jse?|lnk|msi|ps1|reg|scr|vb[es]|wsf)$", re.IGNORECASE
)
_UNSAFE = re.compile(r"[\x00-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2066-\u2069/\\<>|*?]|^\.")
"""No file system holds them, or they turn the name round so that gpj.exe reads exe.jpg."""
_NUMBER = re.compile(r"^(?:附件|附表|附)?[\s0-9０-９一二三四五六七八九十]*[.．、:：\-—_\s]*")
_SAYS_NOTHING = re.compile(
    r"(?:新建|未命名|无标题|未标题|untitled|document|doc|book|sheet|presentation|scan|扫描|扫描件|图片|照片|截图|微信图片"
    r"|qq(?:图片|截图)|mmexport|img|dsc|wps|副本|文件|文档|正文|表格|附件|附表|工作簿|演示文稿|未知|test|测试|[a-z])?"
    r"(?:\s*(?:microsoft\s*)?(?:office\s*)?(?:word|excel|powerpoint|wps)?\s*(?:文档|工作表|工作簿|演示文稿|文本文档))?"
    r"[\s0-9()（）_\-.]*",
    re.IGNORECASE,
)
_WORKING_COPY = re.compile(
    r"最终版|最终稿|终稿|定稿|修改稿|初稿|草稿|复件|第[0-9一二三四五]稿|[-—_ ]\s*(?:副本|copy)|副本\s*[(（]\d+[)）]$",
    re.IGNORECASE,
)


class Attachments:
    """Programs, names that no file should have, names that say nothing, working copies, two of one name."""

    code = "attachments"
    title = gettext_lazy("Names of attachments")

    def run(self, subject: Subject) -> Iterator[Finding]:
        seen: set[str] = set()
        for name in subject.attachments:
            fault = _fault(name) or (_twice(name) if name in seen else None)
            seen.add(name)
            if fault:
                severity, message, mend = fault
                yield Finding(
                    check=self.code,
                    severity=severity,
                    field=ATTACHMENTS,
                    excerpt=name,
                    message=message,
                    mend=mend,
                    rule=rule("attachments"),
                )


def _fault(name: str) -> tuple[Severity, str, str] | None:
    ending = _ENDING.search(name.strip())
    stem = to_simplified(name.strip()[: ending.start()] if ending else name.strip())
    if _PROGRAM.search(name.strip()):
        return "block", _("The attachment “%s” is a program.") % name, _("Remove it.")
    if _UNSAFE.search(name):
        return (
            "warn",
            _("The name of an attachment holds characters that no file name should: “%s”.") % name,
            _("Write the name again."),
        )
    if _SAYS_NOTHING.fullmatch(_NUMBER.sub("", stem)) or _SAYS_NOTHING.fullmatch(stem):
        return (
            "warn",
            _("The name of an attachment does not say what it is: “%s”.") % name,
            _("Name it by what it holds."),
        )
    if _WORKING_COPY.search(stem):
        return (
            "warn",
            _("The attachment is named as a working copy: “%s”.") % name,
            _("Make sure that it is the final text, and name it by what it holds."),
        )
    return None


def _twice(name: str) -> tuple[Severity, str, str]:
    return (
        "warn",
        _("Two attachments have the same name: “%s”.") % name,
        _("Remove one, or name them apart."),
    )
