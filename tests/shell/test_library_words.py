"""What the libraries say in Chinese: in the form it is written in, in both scripts, never against our own words."""

from __future__ import annotations

import pytest
from babel.messages.mofile import read_mo
from django.utils.translation import gettext, override
from wagtail.models import TaskState

from gongkai.foundation.hanzi import to_traditional
from gongkai.shell.messages import LIBRARIES, as_written_here, compile_library_words, written_catalogues
from gongkai.wings.disclosure.redaction.models import MarkState
from gongkai.wings.disclosure.requests.models import SupplyWay


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ("添加 %(model_name)s", "添加%(model_name)s"),
        ("第 %(page)s 页，共 %(pages)d 页", "第%(page)s页，共%(pages)d页"),
        ("否, 不移动", "否，不移动"),
        ("可见性: ", "可见性："),
        ("确定吗?", "确定吗？"),
        ("帐号", "账号"),
        ("Wagtail %(version)s", "Wagtail %(version)s"),
        ("地址 https://example.org/?a=1", "地址 https://example.org/?a=1"),
        ("%H:%M", "%H:%M"),
    ],
)
def test_blanks_and_marks_are_those_of_chinese(theirs: str, ours: str) -> None:
    assert as_written_here(theirs) == ours


def catalogue(script: str) -> dict[tuple[object, object], object]:
    with (LIBRARIES / script / "LC_MESSAGES" / "django.mo").open("rb") as file:
        return {
            (message.context, _key(message.id)): message.string for message in read_mo(file) if message.id
        }


def _key(message: object) -> object:
    return message if isinstance(message, str) else tuple(message)  # type: ignore[arg-type]


def test_the_traditional_of_every_word_is_made_from_its_simplified() -> None:
    simplified, traditional = catalogue("zh_Hans"), catalogue("zh_Hant")
    assert len(simplified) > 1000
    assert simplified.keys() == traditional.keys()
    for key, text in simplified.items():
        if isinstance(text, str):
            assert traditional[key] == to_traditional(text)


def test_what_is_written_by_hand_is_left_out_because_it_would_lose() -> None:
    """These catalogues stand among LOCALE_PATHS and would win over those of the apps."""
    from babel.messages.pofile import read_po

    theirs = {message for context, message in catalogue("zh_Hans") if context is None}
    for path in written_catalogues():
        if path.stem == "django":
            with path.open("rb") as file:
                clash = {
                    message.id for message in read_po(file) if message.id in theirs and not message.context
                }
            assert clash == set(), path


def test_nothing_is_written_twice() -> None:
    assert compile_library_words() == 0


def test_words_of_a_room_do_not_speak_in_the_libraries_screens() -> None:
    """A mark of a redaction that is rejected is 不遮盖, a review that is rejected is not; nor is every file 网上下载."""
    with override("zh-hans"):
        assert (
            str(dict(TaskState.STATUS_CHOICES)[TaskState.STATUS_REJECTED]) == gettext("Rejected") == "已退回"
        )
        assert str(MarkState.REJECTED.label) == "不遮盖"
        assert gettext("Download") == "下载"
        assert str(SupplyWay.ONLINE.label) == "网上下载"
