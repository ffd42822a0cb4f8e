"""Packages: equal content, equal bytes, and nothing read that does not prove itself."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings

from tests.exchange.department_sample import read, sample_plan
from tests.strategies import plans
from welfare_desktop.domain.errors import FileRefused, TargetInTheWay
from welfare_desktop.domain.fields import from_json, key_from_text
from welfare_desktop.domain.merging.returned import FileKind
from welfare_desktop.domain.model import Plan
from welfare_desktop.domain.values import values_of
from welfare_desktop.exchange.package import PackageIdentity, package_bytes, write_package
from welfare_desktop.exchange.returned import read_returned

IDENTITY = PackageIdentity("export-1", "dataset-1", "export-0", 2019, 12, "2020-04-01")


def made(plan: Plan) -> bytes:
    return package_bytes(values_of(plan), IDENTITY)


def remade(manifest: Any = None, content: Any = None, **changes: Any) -> bytes:
    """A package put together by hand, every hash right."""
    with zipfile.ZipFile(io.BytesIO(made(sample_plan()))) as archive:
        kept = json.loads(archive.read("manifest.json"))
        body = archive.read("content.json") if content is None else json.dumps(content).encode()
    if manifest is None:
        kept.update(changes)
        kept["parts"] = changes.get(
            "parts", {"content.json": {"bytes": len(body), "sha256": hashlib.sha256(body).hexdigest()}}
        )
        kept.pop("seal")
        plain = json.dumps(kept, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
        manifest = {**kept, "seal": hashlib.sha256(plain).hexdigest()}
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("manifest.json", json.dumps(manifest))
        archive.writestr("content.json", body)
    return buffer.getvalue()


@given(plans())
@settings(max_examples=100, deadline=None)
def test_every_value_arrives_and_equal_content_gives_equal_bytes(plan: Plan) -> None:
    content = made(plan)
    assert content == made(plan)
    returned = read(content)
    assert returned.kind is FileKind.PACKAGE
    found = [(entry.field, from_json(key_from_text(entry.field).spec.kind, entry.json)) for entry in returned.packaged]
    assert found == [(key.text, value) for key, value in values_of(plan)]


def test_a_written_package_says_which_export_it_is(tmp_path: Path) -> None:
    path = tmp_path / "out.zip"
    write_package(values_of(sample_plan()), IDENTITY, path)
    returned = read_returned(path)
    assert (returned.export_id, returned.dataset_id, returned.based_on) == ("export-1", "dataset-1", "export-0")
    assert (returned.year, returned.base_revision, returned.made_on) == (2019, 12, "2020-04-01")
    with pytest.raises(TargetInTheWay):
        write_package(values_of(sample_plan()), IDENTITY, path)
    write_package((), IDENTITY, path, force=True)
    assert read_returned(path).packaged == ()


def test_put_together_by_hand_but_right_is_read() -> None:
    assert read(remade()).export_id == "export-1"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (remade(manifest={"format": "welfare-package/1"}), "W-367"),
        (remade(manifest={"format": 1}), "W-367"),
        (remade(manifest=[]), "W-367"),
        (remade(format="other/1"), "W-340"),
        (remade(format="welfare-package/2"), "W-368"),
        (remade(format="welfare-package/" + "9" * 5000), "W-368"),
        (remade(format="welfare-package/old"), "W-367"),
        (remade(year="x"), "W-367"),
        (remade(parts={}), "W-367"),
        (remade(parts={"content.json": {"bytes": 1, "sha256": "0"}}), "W-367"),
        (remade(content={"not": "a list"}), "W-367"),
        (remade(content=[["no key", "x"]]), "W-367"),
        (remade(content=[["plan:1/title", "x"], ["plan:1/title", "y"]]), "W-367"),
        (remade(content=[["plan:1/title", ["x"]]]), "W-367"),
        (remade(content=[["plan:1/first_year", True]]), "W-367"),
        (remade(content=[["plan:1/basic_goals", [1]]]), "W-367"),
        (remade(content=[["slot:1/status@2018", {"lines": "x"}]]), "W-367"),
        (remade(content=[["slot:1/results@2018", [{"id": "", "text": "x", "value": "many"}]]]), "W-367"),
        (remade(content=[["slot:1/judgements@2018", [{"indicator": "i"}]]]), "W-367"),
    ],
)
def test_what_does_not_prove_itself_or_does_not_fit_is_refused(content: bytes, code: str) -> None:
    with pytest.raises(FileRefused) as refused:
        read(content)
    assert refused.value.code == code
    assert refused.value.next_step


def test_a_deeply_nested_content_is_refused() -> None:
    deep = "[" * 100_000 + "]" * 100_000
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("manifest.json", deep)
        archive.writestr("content.json", "[]")
    with pytest.raises(FileRefused) as refused:
        read(buffer.getvalue())
    assert refused.value.code == "W-367"
