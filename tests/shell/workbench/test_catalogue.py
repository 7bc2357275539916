"""The catalogue's screens: who sees and changes what, the preview of a directory, gaps, coverage, files to download."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from gongkai.foundation.accounts.models import Role, User
from gongkai.foundation.organs.models import Organ
from gongkai.wings.disclosure.catalogue import services
from gongkai.wings.disclosure.catalogue.facts import Facts
from gongkai.wings.disclosure.catalogue.models import CatalogueEntry
from gongkai.wings.publishing.sites.models import Column
from gongkai.wings.publishing.sites.services import add_column, create_site
from tests.factories import organ, staff
from tests.wings.disclosure.catalogue.directories import drawn

HOME = "/workbench/catalogue/"


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


@pytest.fixture
def bureau(db: None) -> Organ:
    return organ("南溟市教育局", short_name="市教育局", code="jyj")


@pytest.fixture
def keeper(bureau: Organ) -> Client:
    return signed_in(staff("专员", Role.DISCLOSURE_OFFICER, at=bureau))


@pytest.fixture
def column(bureau: Organ) -> Column:
    manager = staff("站长", Role.SITE_MANAGER, at=bureau)
    site = create_site(user=manager, slug="edu", name="南溟市教育局", organ=bureau, host="edu.localhost")
    return add_column(site=site, user=manager, name="招生入学政策", slug="zsxx", type="notice")


def row(at: Organ, title: str = "招生入学政策", **facts: str) -> CatalogueEntry:
    return services.add_entry(organ=at, facts=Facts(field="义务教育", level1="招生", level2=title, **facts))


def text(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


def test_the_list_shows_ones_own_organs_and_can_be_narrowed(bureau: Organ, keeper: Client) -> None:
    row(bureau)
    row(bureau, "食堂检查", limit_text="适时")
    row(organ("别的局"), "别人的事项")
    listed = text(keeper, HOME)
    assert "招生入学政策" in listed and "别人的事项" not in listed and "未关联" in listed
    assert "食堂检查" not in text(keeper, f"{HOME}?words=入学")
    for query in ("field=义务教育", "organ=jyj", "state=unbound", "item=11", "limit=unread"):
        assert "食堂检查" in text(keeper, f"{HOME}?{query}"), query
    for query in ("field=就业", "organ=no", "state=late", "item=none", "p=9", "state=%00", "p=x"):
        assert "食堂检查" not in text(keeper, f"{HOME}?{query}") or query in ("state=%00", "p=x"), query
    assert keeper.get(f"{HOME}?format=csv").content.decode().count("义务教育") == 2
    assert keeper.get(f"{HOME}?format=xlsx").content.startswith(b"PK")


def test_a_keeper_binds_what_is_suggested_and_takes_it_away(
    bureau: Organ, keeper: Client, column: Column
) -> None:
    entry = row(bureau)
    address = f"{HOME}{entry.pk}/"
    page = text(keeper, address)
    assert f'value="column:{column.pk}"' in page and "按标题推荐" in page
    assert f'value="column:{column.pk}"' in text(keeper, f"{address}?words=招生&kind=column")
    keeper.post(address, {"act": "bind", "target": f"column:{column.pk}"})
    binding = entry.bindings.get()
    assert "南溟市教育局 / 招生入学政策" in text(keeper, address)
    keeper.post(address, {"act": "unbind", "binding": binding.pk})
    assert not entry.bindings.exists()
    for target in ("column:999", "nothing", "", "x:y"):
        answer = keeper.post(address, {"act": "bind", "target": target}, follow=True)
        assert answer.status_code == 200 and not entry.bindings.exists()


def test_many_rows_are_connected_at_once_after_a_look(bureau: Organ, keeper: Client, column: Column) -> None:
    first, second = row(bureau), row(bureau, "食堂检查")
    address = f"{HOME}proposals/"
    value = f"{first.pk}|column:{column.pk}"
    page = text(keeper, address)
    assert f'value="{value}"' in page and f'value="{second.pk}|' not in page
    foreign = row(organ("别的局"), "别的")
    keeper.post(
        address, {"bind": [value, f"{foreign.pk}|column:{column.pk}", "x|y:z", "", f"{second.pk}|column:0"]}
    )
    assert first.bindings.count() == 1
    assert not foreign.bindings.exists() and not second.bindings.exists()


def test_a_row_is_written_changed_retired_and_restored(bureau: Organ, keeper: Client) -> None:
    facts = {
        "field": "义务教育",
        "level1": "招生",
        "level2": "招生结果",
        "limit_text": "录取结束后5个工作日内",
        "channels": "■政府网站 □两微一端",
        "audience": "特定群体：家长",
        "mode": "proactive",
        "levels": "县级、乡级",
        "item": "11",
    }
    assert "请选择公开主体" in keeper.post(f"{HOME}new/", facts).content.decode()
    bad = keeper.post(f"{HOME}new/", facts | {"organ": "jyj", "levels": "星级", "audience": "大家"})
    assert "星级" in bad.content.decode() and not CatalogueEntry.objects.exists()
    keeper.post(f"{HOME}new/", facts | {"organ": "jyj"})
    entry = CatalogueEntry.objects.get()
    address = f"{HOME}{entry.pk}/"
    page = text(keeper, address)
    assert "“录取结束”之日起5个工作日内" in page and "特定群体：家长" in page
    keeper.post(address, facts | {"act": "amend", "limit_text": "适时公开"})
    assert "无法识别：“适时公开”" in text(keeper, address)
    keeper.post(
        address, {"act": "day", "kind": "posted", "day": timezone.localdate().isoformat(), "words": "校门口"}
    )
    assert "校门口" in text(keeper, address)
    keeper.post(address, {"act": "day", "kind": "posted", "day": "soon", "words": "x"})
    keeper.post(address, {"act": "retire", "reason": ""})
    entry.refresh_from_db()
    assert entry.retired_on is None
    keeper.post(address, {"act": "retire", "reason": "合并"})
    assert "合并" in text(keeper, address)
    keeper.post(address, {"act": "restore"})
    entry.refresh_from_db()
    assert entry.retired_on is None and "恢复目录事项" in text(keeper, address)


def test_what_is_given_out_on_request_is_not_called_missing(bureau: Organ, keeper: Client) -> None:
    entry = row(bureau)
    assert "还没有关联公开内容" in text(keeper, f"{HOME}{entry.pk}/")
    CatalogueEntry.objects.filter(pk=entry.pk).update(mode="on_request")
    shown = text(keeper, f"{HOME}{entry.pk}/")
    assert "还没有关联公开内容" not in shown and "依申请公开，不要求" in shown


def test_others_look_but_do_not_touch(bureau: Organ, column: Column) -> None:
    entry = row(bureau)
    auditor = signed_in(staff("审计", Role.AUDITOR, at=bureau))
    page = text(auditor, f"{HOME}{entry.pk}/")
    assert 'value="bind"' not in page and 'value="amend"' not in page
    auditor.post(f"{HOME}{entry.pk}/", {"act": "bind", "target": f"column:{column.pk}"})
    auditor.post(f"{HOME}{entry.pk}/", {"act": "retire", "reason": "x"})
    entry.refresh_from_db()
    assert not entry.bindings.exists() and entry.retired_on is None
    for address in ("new/", "import/"):
        assert auditor.get(f"{HOME}{address}").status_code in (302, 403)
    stranger = signed_in(staff("外人", Role.DISCLOSURE_OFFICER, at=organ("别的局")))
    assert stranger.get(f"{HOME}{entry.pk}/").status_code == 404
    drafter = signed_in(staff("起草", Role.DRAFTER, at=bureau))
    assert drafter.get(HOME).status_code in (302, 403)


def upload(path: Path) -> SimpleUploadedFile:
    return SimpleUploadedFile(path.name, path.read_bytes())


def test_a_directory_is_looked_at_before_it_is_taken_in(
    bureau: Organ, keeper: Client, tmp_path: Path
) -> None:
    address = f"{HOME}import/"
    looked = keeper.post(address, {"file": upload(drawn(tmp_path / "目录.xlsx"))}).content.decode()
    assert "将作如下变更" in looked and "适时公开" in looked and not CatalogueEntry.objects.exists()
    stored = looked.split('name="stored" value="')[1].split('"')[0]
    done = keeper.post(address, {"stored": stored, "apply": "1"}).content.decode()
    assert "已导入" in done and CatalogueEntry.objects.count() == 3
    again = keeper.post(address, {"file": upload(tmp_path / "目录.xlsx")}).content.decode()
    assert "与文件一致" in again
    bad = keeper.post(
        address, {"file": upload(drawn(tmp_path / "坏.xlsx", subject="不存在的局"))}
    ).content.decode()
    assert "没有写入" in bad and "机构名录中没有此机关" in bad
    other = signed_in(staff("同事", Role.DISCLOSURE_OFFICER, at=bureau))
    assert "请选择文件" in other.post(address, {"stored": stored, "apply": "1"}).content.decode()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.exe", b"MZ"),
        ("a.xlsx", b"no workbook"),
        ("a.csv", b"a,b\n1,2\n"),
        ("a.json", b"[1]"),
        ("a.csv", b""),
    ],
)
def test_a_bad_upload_is_refused_with_words(bureau: Organ, keeper: Client, name: str, content: bytes) -> None:
    answer = keeper.post(f"{HOME}import/", {"file": SimpleUploadedFile(name, content)})
    assert answer.status_code == 200 and "errorlist" in answer.content.decode()


def test_gaps_and_coverage_are_shown_and_exported(bureau: Organ, keeper: Client, column: Column) -> None:
    row(bureau)
    gaps = text(keeper, f"{HOME}gaps/")
    assert "应公开未公开" in gaps and "招生入学政策" in gaps
    assert "未关联" in keeper.get(f"{HOME}gaps/?format=csv").content.decode()
    assert keeper.get(f"{HOME}gaps/?format=json&organ=jyj").json()["states"]["unbound"] == 1
    assert keeper.get(f"{HOME}gaps/?format=xlsx").content.startswith(b"PK")
    matrix = text(keeper, f"{HOME}matrix/")
    assert "0/1" in matrix and f"{HOME}?organ=jyj&amp;item=11" in matrix
    assert "0/1" in keeper.get(f"{HOME}matrix/?format=csv").content.decode()


def test_a_new_matter_is_told_all_its_faults_beside_their_fields(bureau: Organ, keeper: Client) -> None:
    answer = keeper.post(
        f"{HOME}new/", {"audience": "谁都行", "mode": "proactive", "content": "写了很久的内容"}
    )
    shown = answer.content.decode()
    assert answer.status_code == 422
    for name in ("organ", "field", "audience"):
        assert f'<a href="#id_{name}">' in shown, name
    assert "请选择公开主体" in shown and "写了很久的内容" in shown
    given = {"organ": bureau.code, "field": "教育", "level1": "招生", "mode": "proactive"}
    assert keeper.post(f"{HOME}new/", given).status_code == 302
    assert CatalogueEntry.objects.get().organ == bureau
