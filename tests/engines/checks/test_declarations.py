from __future__ import annotations

from collections.abc import Iterator

import pytest

from gongkai.engines.checks import Finding, Subject, checks, declarations, register, run_checks


class Broken:
    code = "broken"
    title = "Broken"

    def run(self, subject: Subject) -> Iterator[Finding]:
        yield Finding(check=self.code, severity="note", field="text", message="first", mend="")
        raise ZeroDivisionError


@pytest.fixture(autouse=True)
def _own_checks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(declarations, "_checks", dict(declarations._checks))


def subject(text: str) -> Subject:
    return Subject(title="关于公布办事指南的通知", html=f"<p>{text}</p>", text=text)


def test_two_checks_of_one_code_are_refused() -> None:
    register(Broken())
    with pytest.raises(ValueError, match="broken"):
        register(Broken())


def test_a_check_that_fails_is_a_finding_and_stops_no_other() -> None:
    register(Broken())
    found = run_checks(subject("我们己经公布了各项办事指南，请各单位遵照执行。"))
    assert "wording" in [one.check for one in found]
    failures = [one for one in found if one.check == "broken" and one.severity == "warn"]
    assert len(failures) == 1
    assert "Broken" in failures[0].message


def test_the_gravest_comes_first_then_the_order_of_the_text() -> None:
    found = run_checks(subject("己经联系13876543210，幅射，秘密★10年"))
    assert [one.severity for one in found] == sorted(
        [one.severity for one in found], key=["block", "warn", "note"].index
    )
    warned = [one.start for one in found if one.severity == "warn"]
    assert warned == sorted(start for start in warned if start is not None)


def test_every_check_has_a_name_in_words() -> None:
    codes = [check.code for check in checks()]
    assert len(codes) == len(set(codes)) >= 12
    assert all(str(check.title) for check in checks())


def test_a_clean_text_has_no_finding() -> None:
    assert run_checks(subject("现将各项政务服务事项的办事指南予以公布，请遵照执行。")) == []
