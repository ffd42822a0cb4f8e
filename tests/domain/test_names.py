"""Which account names tell who somebody is."""

from __future__ import annotations

import pytest

from welfare_desktop.domain.names import is_usable_name


@pytest.mark.parametrize("name", ["山田", "地域福祉課 佐藤", "sato", "T.Yamada", "事務局"])
def test_a_persons_or_an_offices_name_is_one(name: str) -> None:
    assert is_usable_name(name)


@pytest.mark.parametrize(
    "name", ["", "  ", "user", "User01", "ＡＤＭＩＮ", "root", "pc-07", "0012345", "a00123", "利用者", "ユーザー"]
)
def test_an_accounts_or_a_pcs_name_is_none(name: str) -> None:
    assert not is_usable_name(name)
