"""The screens of cases: what a clerk sees, does and is refused, and what a stranger never sees."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

import gongkai
from gongkai.engines.casework.models import Case, CaseFile
from gongkai.engines.letters.models import Letter
from gongkai.foundation.accounts.models import Role, User
from gongkai.foundation.ledger.models import Entry
from gongkai.shell.workbench.organs import library_files
from gongkai.wings.disclosure.requests.applications import application_faults
from tests.factories import organ, staff
from tests.factories_disclosure import Office, accepted, application, decide, do, office, request
from tests.remembered import remembered

pytestmark = pytest.mark.django_db
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture
@remembered
def at() -> Office:
    return office()


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user, backend=BACKEND)
    return client


def page(user: User, name: str, *arguments: object, **query: str) -> str:
    answer = signed_in(user).get(reverse(name, args=arguments), query)
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def desk_of(case: Case) -> str:
    return reverse("workbench_case", args=[case.pk])


def test_the_worklist_shows_what_is_due_and_why_a_clock_stands_still(at: Office) -> None:
    late, still = accepted(at, "2020-04-20"), accepted(at, "2020-04-20", description="停着的事")
    do(still, "consult_third_party", at.handler, "2020-04-21", third_party="甲公司", matter="价款")
    shown = page(at.officer, "workbench_cases")
    assert late.number in shown and "停着的事" in shown and "第三方" in shown
    assert "张三丰" not in shown and "张**" in shown
    assert late.number in page(at.officer, "workbench_cases", group="overdue")
    assert late.number not in page(at.officer, "workbench_cases", group="waiting")
    assert "360426199101010071" not in shown and "13800138000" not in shown


@pytest.mark.parametrize(
    "group", ["overdue", "today", "week", "waiting", "unassigned", "mine", "open", "closed", "all", "?"]
)
def test_every_group_has_an_address_of_its_own(at: Office, group: str) -> None:
    accepted(at)
    assert page(at.officer, "workbench_cases", group=group)


def test_another_organ_sees_none_of_it(at: Office) -> None:
    case = accepted(at)
    stranger = staff("", Role.DISCLOSURE_OFFICER, at=organ())
    assert case.number not in page(stranger, "workbench_cases", group="all")
    client = signed_in(stranger)
    for address in (
        desk_of(case),
        reverse("workbench_case_act", args=[case.pk, "accept"]),
        reverse("workbench_case_file", args=[case.pk, CaseFile.objects.get(case=case).pk]),
    ):
        assert client.get(address).status_code == 404
        assert client.post(address).status_code in (404, 405)


def test_who_has_no_role_in_cases_enters_no_screen_of_theirs(at: Office) -> None:
    case = accepted(at)
    client = signed_in(staff("", Role.DRAFTER, at=at.organ))
    assert client.get(reverse("workbench_cases")).status_code in (302, 403)
    assert client.get(desk_of(case)).status_code in (302, 403)


def test_the_desk_offers_what_the_table_allows_with_the_reason_why_not(at: Office) -> None:
    case = accepted(at, "2020-04-20")
    shown = page(at.handler, "workbench_case", case.pk)
    assert "提出办理意见" in shown or "propose_decision" in shown
    # A correction is asked for within 7 working days only: named with the reason, but no button.
    assert "<strong>要求补正</strong>" in shown
    assert "/ask_correction/" not in shown
    assert "propose_decision" not in page(at.auditor, "workbench_case", case.pk)


def test_an_act_is_taken_by_its_form(at: Office) -> None:
    case = request(at, "2020-04-20").case
    address = reverse("workbench_case_act", args=[case.pk, "accept"])
    client = signed_in(at.officer)
    assert client.get(address).status_code == 200
    answer = client.post(
        address, {"handler": str(at.handler.pk), "day": "2020-04-20", "version": str(case.version)}
    )
    assert answer.status_code == 302 and answer["Location"] == desk_of(case)
    case.refresh_from_db()
    assert (case.state, case.handler) == ("handling", at.handler)


def test_faults_stand_beside_their_fields_and_nothing_typed_is_lost(at: Office) -> None:
    case = accepted(at)
    address = reverse("workbench_case_act", args=[case.pk, "propose_decision"])
    answer = signed_in(at.handler).post(
        address,
        {"outcome": "process", "day": "yesterday", "reasons": "写了很久的理由", "version": str(case.version)},
    )
    assert answer.status_code == 422
    assert "写了很久的理由" in answer.content.decode()
    answer = signed_in(at.handler).post(address, {"day": "2020-04-21", "reasons": "写了很久的理由"})
    assert answer.status_code == 422 and "写了很久的理由" in answer.content.decode()


def test_two_clerks_at_one_desk_the_second_is_told(at: Office) -> None:
    case = request(at, "2020-04-20").case
    address = reverse("workbench_case_act", args=[case.pk, "accept"])
    seen = str(case.version)
    assert signed_in(at.officer).post(address, {"day": "2020-04-20", "version": seen}).status_code == 302
    second = signed_in(at.registrar).post(address, {"day": "2020-04-20", "version": seen})
    assert second.status_code == 422 and 'role="alert"' in second.content.decode()


def test_the_whole_identity_number_is_shown_once_it_is_asked_for_and_that_is_recorded(at: Office) -> None:
    case = accepted(at)
    assert "360426199101010071" not in page(at.handler, "workbench_case", case.pk)
    answer = signed_in(at.handler).post(desk_of(case), {"act": "reveal"})
    assert "360426199101010071" in answer.content.decode()
    assert Entry.objects.filter(verb="case.reveal_identity", actor=at.handler.ledger_name).exists()


def test_a_letter_is_read_at_the_desk_and_kept_by_no_cache(at: Office) -> None:
    case = decide(accepted(at), at, "granted", "2020-05-11")
    letter = case.files.get(title__startswith="政府信息公开告知书")
    answer = signed_in(at.archivist).get(reverse("workbench_case_file", args=[case.pk, letter.pk]))
    assert answer["Content-Type"] == "application/pdf" and "no-store" in answer["Cache-Control"]
    assert b"".join(answer.streaming_content).startswith(b"%PDF-")  # type: ignore[arg-type]


def test_the_export_masks_names_and_runs_no_formula(at: Office) -> None:
    accepted(at, description="=HYPERLINK(1)")
    answer = signed_in(at.officer).get(reverse("workbench_cases"), {"format": "csv", "group": "all"})
    text = b"".join(answer.streaming_content).decode()  # type: ignore[arg-type]
    assert text.count("\n") == 2 and "'=HYPERLINK" in text and "张**" in text and "张三丰" not in text


def test_cases_ticked_are_handed_over_and_all_of_somebody_who_leaves(at: Office) -> None:
    cases = [accepted(at), accepted(at)]
    client = signed_in(at.officer)
    client.post(
        reverse("workbench_cases"),
        {"act": "assign", "case": [str(case.pk) for case in cases], "to": str(at.handler.pk)},
    )
    assert set(Case.objects.values_list("handler", flat=True)) == {at.handler.pk}
    client.post(
        reverse("workbench_cases"),
        {"act": "hand_over", "leaver": str(at.handler.pk), "to": str(at.officer.pk), "note": "调任"},
    )
    assert set(Case.objects.values_list("handler", flat=True)) == {at.officer.pk}


@pytest.mark.parametrize("after", ["d:2020-01-01:1", "n::5", "r:x:y", "d:9999999:1", "'; DROP TABLE", "\x00"])
def test_a_place_in_the_list_that_makes_no_sense_breaks_nothing(at: Office, after: str) -> None:
    accepted(at)
    assert page(at.officer, "workbench_cases", after=after, since="x", handler="９", words="\x00%_'")


def test_a_filter_that_is_wrong_is_told_and_nothing_is_listed_or_exported(at: Office) -> None:
    case = accepted(at)
    for wrong in (
        {"since": "2020-02-30"},
        {"state": "nowhere"},
        {"since": "2020-05-02", "until": "2020-05-01"},
    ):
        for more in ({}, {"format": "csv"}):
            shown = page(at.officer, "workbench_cases", **wrong, **more)
            assert "筛选条件有误" in shown and case.number not in shown, wrong


def test_outcome_and_channel_narrow_the_list_and_stay_chosen(at: Office) -> None:
    case = accepted(at, "2020-04-20")
    shown = page(at.officer, "workbench_cases", channel=case.channel)
    assert case.number in shown and f'<option value="{case.channel}" selected>' in shown
    shown = page(at.officer, "workbench_cases", group="all", outcome="granted")
    assert case.number not in shown and '<option value="granted" selected>' in shown


def test_words_among_all_cases_tell_which_year_is_looked_through(at: Office) -> None:
    assert "收到的办件中查找" in page(at.officer, "workbench_cases", group="all", words="供水")
    assert "收到的办件中查找" not in page(at.officer, "workbench_cases", group="open", words="供水")


# -- Requests for information ------------------------------------------------------------------------


def filled(at: Office, **facts: str) -> dict[str, str]:
    given = {
        "organ": at.organ.code,
        "channel": "desk",
        "submitted_on": "2020-04-20",
        "applicant_kind": "natural",
        "name": "张三丰",
        "identity_kind": "resident_id",
        "identity_number": "360426199101010071",
        "phone": "13800138000",
        "description": "供水管网图",
        "supply_form": "paper",
        "supply_way": "pickup",
    }
    return given | facts


def test_a_clerk_registers_what_came_over_the_counter_and_gets_the_query_code(at: Office) -> None:
    client = signed_in(at.registrar)
    answer = client.post(reverse("workbench_register"), filled(at), follow=True)
    case = Case.objects.get()
    assert answer.status_code == 200 and case.number in answer.content.decode()
    assert (case.state, case.channel) == ("registered", "desk")
    assert "查询码" in answer.content.decode()


def test_what_is_missing_at_the_counter_is_told_and_the_rest_kept(at: Office) -> None:
    given = filled(
        at, channel="post_signed", identity_number="123", description="写了很久的描述", supply_way="post"
    )
    answer = signed_in(at.registrar).post(reverse("workbench_register"), given)
    shown = answer.content.decode()
    assert answer.status_code == 422 and not Case.objects.exists()
    assert (
        "写了很久的描述" in shown and 'href="#id_identity_number"' in shown and 'href="#id_address"' in shown
    )


def test_wrong_days_are_told_in_words_with_everything_else_and_nothing_typed_is_lost(at: Office) -> None:
    tomorrow = timezone.localdate() + dt.timedelta(days=1)
    for days, told in (
        ({"channel": "post_signed", "signed_on": "2020-04-19"}, ["不得早于提交（寄出）之日"]),
        ({"channel": "post_signed"}, ["签收之日"]),
        ({"channel": "email", "confirmed_on": str(tomorrow)}, ["日期晚于今日"]),
        ({"channel": "desk", "signed_on": "2020-04-21"}, ["只有邮寄"]),
        ({"submitted_on": "2020-02-30"}, ["有效的日期"]),
        ({"submitted_on": "0202-04-20"}, ["2008年5月1日"]),
    ):
        given = filled(at, identity_number="123", description="写了很久的描述", phone="12", **days)
        answer = signed_in(at.registrar).post(reverse("workbench_register"), given)
        shown = answer.content.decode()
        assert answer.status_code == 422 and not Case.objects.exists(), days
        for text in (*told, 'href="#id_identity_number"', 'href="#id_phone"', "写了很久的描述"):
            assert text in shown, (days, text)
        for name, value in days.items():
            assert f'value="{value}"' in shown, (name, value)
        assert "lies before" not in shown


def test_an_organisation_is_asked_for_its_own_name_and_code(at: Office) -> None:
    assert "姓名或者名称" in page(at.registrar, "workbench_register")
    for kind, told in (
        ("business", "请填写名称。"),
        ("natural", "请填写姓名。"),
        ("", "请填写姓名或者名称。"),
    ):
        with override("zh-hans"):
            assert application_faults(application(applicant_kind=kind, name=" "))["name"] == told
    assert "<dt>姓名</dt>" in page(at.registrar, "workbench_case", request(at).case.pk)
    company = filled(at, applicant_kind="business", name="测试有限公司")
    shown = signed_in(at.registrar).post(reverse("workbench_register"), company).content.decode()
    assert "统一社会信用代码识别" in shown and Case.objects.count() == 1
    person = filled(at, identity_kind="credit_code", identity_number="91350100M000100Y43")
    assert signed_in(at.registrar).post(reverse("workbench_register"), person).status_code == 422


def test_nobody_registers_for_an_organ_they_do_not_serve(at: Office) -> None:
    elsewhere = office()
    assert signed_in(elsewhere.registrar).post(reverse("workbench_register"), filled(at)).status_code == 422
    assert not Case.objects.exists()


def test_seven_questions_lead_to_the_act_with_its_outcome(at: Office) -> None:
    case = accepted(at)
    address = reverse("workbench_case_questions", args=[case.pk])
    client = signed_in(at.handler)
    shown = client.get(address).content.decode()
    for step in ("补不补", "是不是", "谁负责", "有没有", "给不给", "怎么给", "怎么答"):
        assert step in shown
    visited = set()
    queue = [address]
    ends = set()
    while queue:
        here = queue.pop()
        if here in visited:
            continue
        visited.add(here)
        page_shown = client.get(here)
        assert page_shown.status_code == 200
        text = page_shown.content.decode()
        answers = [part.split('"')[0] for part in text.split('href="?')[1:]]
        queue += [f"{address}?{part.replace('&amp;', '&')}" for part in answers if part]
        if "gk-conclusion" in text:
            ends.add(here)
        if len(visited) > 60:
            break
    assert ends, "no way through the questions ends"


def test_questions_answered_with_nonsense_begin_anew(at: Office) -> None:
    case = accepted(at)
    client = signed_in(at.handler)
    address = reverse("workbench_case_questions", args=[case.pk])
    assert client.get(address, {"clear": "<script>", "nature": "x"}).status_code == 200


def test_the_desk_shows_earlier_requests_like_it(at: Office) -> None:
    first, second = accepted(at), accepted(at)
    shown = page(at.handler, "workbench_case", second.pk)
    assert first.number in shown and "同一申请人曾提出相同申请，尚未答复" in shown
    assert second.number not in page(at.handler, "workbench_case", first.pk), "it came later"
    decide(first, at, "granted", "2020-05-11")
    shown = page(at.handler, "workbench_case", second.pk)
    assert "同一申请人曾提出相同申请" in shown and "尚未答复" not in shown


def test_a_corrected_request_is_shown_and_compared_as_it_was_corrected(at: Office) -> None:
    first = accepted(at, description="垃圾焚烧厂环评报告")
    decide(first, at, "granted", "2020-05-11")
    second = request(at, "2020-05-12", description="那份报告").case
    assert "同一申请人曾提出相同申请" not in page(at.handler, "workbench_case", second.pk)
    do(second, "ask_correction", at.officer, "2020-05-12", unclear="哪份", days=10)
    do(second, "receive_correction", at.handler, "2020-05-13", text="垃圾焚烧厂的环评报告")
    shown = page(at.handler, "workbench_case", second.pk)
    assert "申请人补正后的内容" in shown and "同一申请人曾提出相同申请" in shown


def test_requests_of_the_same_words_for_two_documents_are_two_matters(at: Office) -> None:
    first = accepted(at, description="请公开下列文件", document_hint="测府〔2019〕8号")
    decide(first, at, "granted", "2020-05-11")
    second = accepted(at, description="请公开下列文件", document_hint="测府〔2019〕9号")
    assert "同一申请人曾提出相同申请" not in page(at.handler, "workbench_case", second.pk)


def test_what_the_same_applicant_asked_long_ago_is_found_behind_any_number_of_others(
    at: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gongkai.shell.workbench.requests._COMPARED", 1)
    first = accepted(at, "2019-06-03")
    for day in ("2020-03-02", "2020-03-03"):
        accepted(at, day, name="李四", identity_number="11010519491231002X", description="别的事")
    assert first.number in page(at.handler, "workbench_case", accepted(at).pk)


def test_a_remedy_is_entered_from_the_desk(at: Office) -> None:
    case = decide(accepted(at), at, "process", "2020-05-11")
    address = reverse("workbench_case_remedy", args=[case.pk])
    client = signed_in(at.officer)
    refused = client.post(address, {"kind": "direct_suit", "filed_on": "2020-04-01"})
    shown = refused.content.decode()
    assert refused.status_code == 422 and 'value="2020-04-01"' in shown
    assert '<option value="direct_suit" selected>' in shown
    assert f'value="{timezone.localdate()}"' in client.get(address).content.decode()
    answer = client.post(address, {"kind": "reconsideration", "filed_on": "2020-06-01"})
    assert answer.status_code == 302
    assert Case.objects.get(procedure="reconsideration").parent == case


def test_messages_are_ones_own_and_marked_read_once(at: Office) -> None:
    from django.db import transaction

    from gongkai.engines.notices import Recipient, inbox, notify

    case = accepted(at)
    for user in (at.officer, at.handler):
        with transaction.atomic():
            notify(
                template="case.near",
                recipient=Recipient(party=user.ledger_name, name=user.full_name),
                subject=case.ledger_name,
                values={"number": case.number, "organ": "测", "due": "2020-05-19"},
                actor="system",
            )
    others = inbox(at.handler.ledger_name).get()
    shown = page(at.officer, "workbench_inbox")
    assert desk_of(case) in shown and shown.count("gk-unread") == 1
    client = signed_in(at.officer)
    assert client.post(reverse("workbench_inbox"), {"notice": str(others.pk)}).status_code == 404
    client.post(reverse("workbench_inbox"))
    assert (
        not inbox(at.officer.ledger_name).unread().exists()
        and inbox(at.handler.ledger_name).unread().exists()
    )


def test_the_first_screen_greets_with_what_is_due(at: Office) -> None:
    case = accepted(at, "2020-04-20")
    shown = signed_in(at.officer).get("/workbench/").content.decode()
    assert "?group=overdue" in shown
    assert f'href="{reverse("workbench_case", args=[case.pk])}"' in shown
    assert (
        "?group=overdue"
        not in signed_in(staff("", Role.DRAFTER, at=at.organ)).get("/workbench/").content.decode()
    )


def test_a_letter_is_printed_in_the_other_script_and_as_docx_for_those_of_the_case(at: Office) -> None:
    case = decide(accepted(at), at, "granted", "2020-05-12")
    desk = page(at.officer, "workbench_case", case.pk)
    links = [way for way in ("pdf-hant", "docx", "docx-hant") if f"/{way}/" in desk]
    assert links == ["pdf-hant", "docx", "docx-hant"]
    letter = Letter.objects.filter(subject=case.ledger_name, state="approved").latest("pk")
    for way, start in (("pdf-hant", b"%PDF"), ("docx", b"PK"), ("docx-hant", b"PK")):
        url = reverse("workbench_case_letter", args=[case.pk, letter.pk, way])
        answer = signed_in(at.officer).get(url)
        assert b"".join(answer.streaming_content).startswith(start)  # type: ignore[arg-type]
        assert "private, no-store" in answer["Cache-Control"]
        stranger = staff("", Role.DISCLOSURE_OFFICER, at=organ())
        assert signed_in(stranger).get(url).status_code == 404
    for wrong in ((case.pk, letter.pk, "exe"), (accepted(at).pk, letter.pk, "docx")):
        assert signed_in(at.officer).get(reverse("workbench_case_letter", args=wrong)).status_code == 404


def test_who_approves_reads_the_letter_before_it_goes_out(at: Office) -> None:
    case = accepted(at)
    do(case, "propose_decision", at.handler, "2020-04-21", "granted", information="决算表，见附件")
    do(case, "pass_legal", at.legal, "2020-04-21")
    do(case, "pass_secrecy", at.secrecy, "2020-04-21")
    for shown in (
        page(at.head, "workbench_case", case.pk),
        page(at.head, "workbench_case_act", case.pk, "approve"),
    ):
        assert "拟发文书（草稿）：政府信息公开告知书" in shown and "张三丰" in shown
    do(case, "approve", at.head, "2020-04-21")
    assert "拟发文书" not in page(at.head, "workbench_case", case.pk)
    assert "责令" not in page(at.officer, "workbench_case_act", case.pk, "serve")  # a clock it never had


def test_an_act_that_is_not_possible_shows_no_form(at: Office) -> None:
    case = accepted(at)
    shown = page(at.handler, "workbench_case_act", case.pk, "approve")
    assert "此项操作不属于您的职责" in shown and 'enctype="multipart/form-data"' not in shown


def test_the_first_screen_shows_what_waits_for_a_role(at: Office) -> None:
    case = accepted(at)
    link = "state=legal_review"
    assert link not in page(at.legal, "wagtailadmin_home")
    do(case, "propose_decision", at.handler, "2020-04-21", "granted", information="决算表，见附件")
    assert link in page(at.legal, "wagtailadmin_home")
    assert link not in page(at.secrecy, "wagtailadmin_home")
    assert link not in page(at.handler, "wagtailadmin_home")
    # No text is ever theirs to review, so there is no notice that none waits.
    assert "没有待您审核的文件" not in page(at.handler, "wagtailadmin_home")
    assert case.number in page(
        at.legal, "workbench_cases", group="open", procedure=case.procedure, state="legal_review"
    )


def test_every_line_to_write_on_can_be_seen() -> None:
    """The workbench draws frames around inputs that name their type; one without has none."""
    for template in (Path(gongkai.__file__).parent / "shell" / "templates").rglob("*.html"):
        for tag in re.findall(r"<input\b[^>]*", template.read_text(encoding="utf-8")):
            assert "type=" in tag, (template.name, tag)


def test_an_extension_that_was_proposed_waits_for_the_head_on_the_first_screen(at: Office) -> None:
    case, link = accepted(at), "awaits=propose_extension"
    assert link not in page(at.head, "wagtailadmin_home")
    do(case, "propose_extension", at.handler, "2020-04-21", days=10, why="涉及年度较多")
    other = accepted(at)
    assert link in page(at.head, "wagtailadmin_home")
    assert link not in page(at.handler, "wagtailadmin_home")
    assert "待审批：申请延期" in page(at.head, "workbench_case", case.pk)
    listed = page(at.head, "workbench_cases", group="open", awaits="propose_extension")
    assert case.number in listed and other.number not in listed
    form = page(at.head, "workbench_case_act", case.pk, "approve_extension")
    assert 'name="days" value="10"' in form and form.count("涉及年度较多") == 2  # nobody types it anew
    do(case, "refuse_extension", at.head, "2020-04-22", why="资料已齐")
    assert link not in page(at.head, "wagtailadmin_home")
    do(case, "propose_extension", at.handler, "2020-04-22", days=5, why="需向档案馆调阅")
    assert link in page(at.head, "wagtailadmin_home")
    do(case, "approve_extension", at.head, "2020-04-22", days=5, why="需向档案馆调阅")
    assert link not in page(at.head, "wagtailadmin_home")


def test_what_an_outcome_wants_is_told_before_anything_is_written(at: Office) -> None:
    case = accepted(at)
    first = page(at.handler, "workbench_case_act", case.pk, "propose_decision")
    assert 'href="?outcome=forbidden_by_law"' in first and '<form method="post" enctype' not in first
    told = first.partition('href="?outcome=forbidden_by_law"')[2].partition("</li>")[0]
    assert "须填写：理由、所依据的法律、行政法规" in told
    # What needs a step before it says so, and leads nowhere.
    assert 'href="?outcome=unreasonable"' not in first and "须先要求申请人说明理由" in first
    form = page(at.handler, "workbench_case_act", case.pk, "propose_decision", outcome="forbidden_by_law")
    assert re.search(r'id="gk-outcome-forbidden_by_law"[^>]* checked', form)
    needed, rest = form.partition('id="gk-fact-information"')[::2]
    assert 'id="gk-fact-legal_basis"' in needed and 'id="gk-fact-searched"' in rest
    assert "（选填）" not in re.findall(r'<label for="gk-fact-legal_basis">.*?</label>', form)[0]


def test_what_the_outcome_wants_and_has_not_got_stands_beside_its_field(at: Office) -> None:
    case = accepted(at)
    address = reverse("workbench_case_act", args=[case.pk, "propose_decision"])
    answer = signed_in(at.handler).post(
        address, {"outcome": "partial", "day": "2020-04-21", "information": "决算表", "withheld": ""}
    )
    shown = answer.content.decode()
    assert answer.status_code == 422
    assert 'href="#gk-fact-withheld"' in shown and 'href="#gk-fact-reasons"' in shown
    assert 'href="#gk-fact-information"' not in shown and "决算表" in shown


def test_an_act_with_outcomes_that_want_nothing_has_one_form(at: Office) -> None:
    case = accepted(at)
    shown = page(at.officer, "workbench_case_act", case.pk, "withdraw")
    assert 'enctype="multipart/form-data"' in shown and "checked" in shown


# -- Files of forms -----------------------------------------------------------------------------------


def a_file(name: str, words: str = "供水管网图") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, words.encode(), "text/plain")


def kept_in(shown: str, box: str = "kept") -> list[str]:
    return re.findall(rf'name="{box}" value="(\d+)" checked', shown)


def test_a_file_chosen_on_a_form_that_is_refused_need_not_be_chosen_again(at: Office) -> None:
    case = accepted(at)
    address = reverse("workbench_case_act", args=[case.pk, "propose_decision"])
    client = signed_in(at.handler)
    given = {"outcome": "granted", "day": "2020-04-21", "information": ""}
    refused = client.post(address, given | {"files": [a_file("甲.txt"), a_file("乙.txt", "另一份")]})
    shown = refused.content.decode()
    assert refused.status_code == 422 and "甲.txt" in shown and "乙.txt" in shown
    first, _second = kept_in(shown)
    assert set(library_files()) == set(), "what was sent with a case is in nobody's library, refused or not"
    again = client.post(address, given | {"kept": [first]})
    assert kept_in(again.content.decode()) == [first], "what was unticked is let go of"
    # Nobody else's form, and no other case's, has it.
    elsewhere = reverse("workbench_case_act", args=[accepted(at).pk, "propose_decision"])
    assert kept_in(client.post(elsewhere, given | {"kept": [first]}).content.decode()) == []
    assert kept_in(signed_in(at.officer).post(address, given | {"kept": [first]}).content.decode()) == []
    assert client.post(address, given | {"information": "所附", "kept": [first]}).status_code == 302
    assert [kept.title for kept in case.files.filter(purpose="answer")] == ["甲.txt"]


def test_a_file_that_is_refused_is_named_beside_its_field_and_the_others_stay(at: Office) -> None:
    case = accepted(at)
    address = reverse("workbench_case_act", args=[case.pk, "propose_decision"])
    given = {"outcome": "granted", "day": "2020-04-21", "information": "所附"}
    bad = SimpleUploadedFile("坏.pdf", b"MZ")
    refused = signed_in(at.handler).post(address, given | {"files": [a_file("甲.txt"), bad]})
    shown = refused.content.decode()
    assert refused.status_code == 422 and 'href="#gk-fact-files"' in shown and "“坏.pdf”" in shown
    assert len(kept_in(shown)) == 1 and case.events.filter(action="propose_decision").count() == 0


def test_the_scan_of_an_application_stays_with_a_registration_that_is_refused(at: Office) -> None:
    client, address = signed_in(at.registrar), reverse("workbench_register")
    refused = client.post(address, filled(at, identity_number="123") | {"application": a_file("来信.txt")})  # type: ignore[operator]
    kept = kept_in(refused.content.decode())
    assert refused.status_code == 422 and len(kept) == 1
    made = client.post(address, filled(at, identity_number="360426199101010071") | {"kept": kept})  # type: ignore[operator]
    assert made.status_code == 302
    assert [kept.title for kept in Case.objects.get().files.filter(purpose="application")] == ["来信.txt"]


def test_a_mandate_kept_counts_as_handed_in(at: Office) -> None:
    client, address = signed_in(at.registrar), reverse("workbench_register")
    given = filled(at, agent_name="李四", identity_number="123")
    kept = kept_in(client.post(address, given | {"mandate": a_file("委托书.txt")}).content.decode())  # type: ignore[operator]
    given["identity_number"] = "360426199101010071"
    assert client.post(address, given).status_code == 422
    # It was not ticked, so it was let go of.
    assert client.post(address, given | {"kept": kept}).status_code == 422  # type: ignore[operator]
    assert client.post(address, given | {"mandate": a_file("委托书.txt")}).status_code == 302  # type: ignore[operator]


def test_a_decision_that_was_returned_is_not_written_anew(at: Office) -> None:
    case = accepted(at)
    address = reverse("workbench_case_act", args=[case.pk, "propose_decision"])
    client = signed_in(at.handler)
    given = {"outcome": "granted", "day": "2020-04-21", "information": "写了很久的答复"}
    client.post(address, given | {"files": [a_file("甲.txt"), a_file("误附.txt", "身份证")]})
    do(case, "return_draft", at.legal, "2020-04-21", why="附件有误")
    shown = client.get(address).content.decode()
    assert "写了很久的答复" in shown and "附件有误" in shown and "误附.txt" in shown
    assert re.search(r'id="gk-outcome-granted"[^>]* checked', shown)
    first, _wrong = kept_in(shown, "again")
    assert client.post(address, given | {"again": [first]}).status_code == 302
    for read in (("workbench_case",), ("workbench_case_act", "pass_legal")):
        goes = page(at.legal, read[0], case.pk, *read[1:]).partition("随答复提供的文件")[2]
        goes = goes.partition("</section>")[0]
        assert "甲.txt" in goes and "误附.txt" not in goes, "whoever reviews sees what will go out"
    do(case, "pass_legal", at.legal, "2020-04-21")
    do(case, "pass_secrecy", at.secrecy, "2020-04-21")
    do(case, "approve", at.head, "2020-04-21")
    do(case, "serve", at.officer, "2020-04-21", way="online", proof="收据 1")
    given_out = case.files.filter(purpose="answer", for_applicant=True)
    assert [kept.title for kept in given_out] == ["甲.txt"], "what was returned is never given out"


def test_the_menu_is_a_page_where_no_script_draws_it(at: Office) -> None:
    home = page(at.handler, "wagtailadmin_home")
    assert f'<noscript><p class="gk-no-script"><a href="{reverse("workbench_menu")}"' in home
    shown = page(at.handler, "workbench_menu").partition('<ul class="gk-menu">')[2].partition("</ul>")[0]
    assert reverse("workbench_cases") in shown and reverse("workbench_staff") not in shown
