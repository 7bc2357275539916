"""A document given out in part: a list with people's numbers in it, covered, burned and confirmed by a second person."""

from __future__ import annotations

from typing import Final

import typst
from django.db import transaction

from gongkai.engines.casework.models import Case
from gongkai.engines.letters.fonts import FAMILIES, TypefaceMissing, all_folders
from gongkai.foundation.accounts.models import User
from gongkai.foundation.files.services import store
from gongkai.wings.disclosure.redaction import services

_ASKED_FOR: Final = "坡头村扶贫资金安排"
_LIST: Final = """东坡区坡头村2019年度扶贫资金使用明细

一、产业扶持：山柚油茶补植，18户，54000元。
二、危房改造：6户，180000元。
三、教育补助：11人，22000元。

经办人：符阿妹　身份证号：360426199101010071　电话：13800138000
"""
"""The number is a test number that belongs to nobody."""
_PAGE: Final = """
#set page(width: 210mm, height: 297mm, margin: 28mm)
#set text(font: {families}, size: 14pt, lang: "zh")
#sys.inputs.text
"""


def bring_redaction() -> None:
    """Nothing where no Chinese typeface is installed: neither the original nor the legend can be printed then."""
    case = Case.objects.get(title__contains=_ASKED_FOR)
    handler = User.objects.get(username="chengban")
    try:
        with transaction.atomic():
            source = store(content=_printed(), name="扶贫资金使用明细.pdf", actor=handler.ledger_name)
            made = services.start(subject=case.ledger_name, organ=case.organ, source=source, actor=handler)
            proposed = services.suggest(redaction=made, actor=handler, words=["符阿妹"])
            services.accept(
                redaction=made, marks=[mark.pk for mark in proposed], reason="15-2", actor=handler
            )
            services.burn(redaction=made, actor=handler)
            services.confirm(redaction=made, actor=User.objects.get(username="gongkai"))
    except TypefaceMissing:
        return


def _printed() -> bytes:
    families = "(" + ", ".join(f'"{family}"' for family in FAMILIES) + ")"
    fonts = typst.Fonts(font_paths=list(all_folders()))
    made = typst.compile(
        _PAGE.format(families=families).encode(), sys_inputs={"text": _LIST}, font_paths=fonts
    )
    assert isinstance(made, bytes)
    return made
