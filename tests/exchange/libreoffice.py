"""Runs LibreOffice on files the tests have written, in a profile of its own."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest


def convert(source: Path, to: str, folder: Path) -> Path:
    """Convert a file as LibreOffice would save it in format ``to`` (``pdf``, ``xlsx``); returns the new file.

    Skips the test where LibreOffice is missing, except where CI promises it.
    """
    program = shutil.which("soffice") or shutil.which("libreoffice")
    if program is None:
        if os.environ.get("CI"):
            pytest.fail("LibreOffice is missing; install libreoffice-calc")
        pytest.skip("LibreOffice is not installed")
    folder.mkdir(parents=True, exist_ok=True)
    profile = (folder / "profile").resolve().as_uri()
    command = [program, "--headless", f"-env:UserInstallation={profile}", "--convert-to", to, "--outdir", str(folder)]
    done = subprocess.run([*command, str(source)], capture_output=True, encoding="utf-8", timeout=180, check=False)
    target = folder / f"{source.stem}.{to}"
    assert target.is_file(), done.stdout + done.stderr
    return target


def pdf_text(path: Path) -> list[str]:
    """Return the text of every page of a PDF, as poppler reads it in the order it was drawn."""
    if shutil.which("pdftotext") is None:
        if os.environ.get("CI"):
            pytest.fail("pdftotext is missing; install poppler-utils")
        pytest.skip("pdftotext (poppler-utils) is not installed")
    command = ["pdftotext", "-raw", "-enc", "UTF-8", str(path), "-"]
    return subprocess.run(command, check=True, capture_output=True, encoding="utf-8").stdout.split("\f")[:-1]
