"""A request that is archived leaves a package that holds everything and verifies."""

from __future__ import annotations

import pytest

from gongkai.wings.disclosure.archive.verifying import verify
from tests.factories_disclosure import accepted, decide, do, office

pytestmark = pytest.mark.django_db


def test_archiving_packs_the_case_with_all_its_letters() -> None:
    at = office()
    case = decide(accepted(at), at, "granted", "2020-05-11")
    letters = case.files.filter(purpose="letter").count()
    do(case, "archive", at.archivist, "2020-06-01")
    package = case.files.get(purpose="archive")
    assert not package.for_applicant and letters == 3
    assert verify(package.file.path) == []
