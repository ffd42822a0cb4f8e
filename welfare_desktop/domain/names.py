"""Whether the name of an account on a PC tells who somebody is."""

from __future__ import annotations

import re

from .text import canonical_line, folded

#: Names of accounts that several people share, or that a PC came with; folded.
_OF_NOBODY = frozenset(
    folded(name)
    for name in (
        *("user", "users", "admin", "administrator", "owner", "root", "guest", "default", "pc", "desktop", "windows"),
        *("test", "nobody", "staff", "shared", "public", "office", "account", "client"),
        *("利用者", "ユーザー", "ユーザ", "管理者", "共有", "共用", "職員", "事務", "名前なし"),
    )
)
#: Numbers of staff and PCs: 0012345, a00123, pc-07.
_NUMBER = re.compile(r"[a-z]{0,4}[-_.]?\d+")


def is_usable_name(name: str) -> bool:
    """Whether ``name`` says who somebody is, rather than which PC or account it is."""
    plain = folded(canonical_line(name))
    return bool(plain) and plain.rstrip("0123456789-_.") not in _OF_NOBODY and _NUMBER.fullmatch(plain) is None
