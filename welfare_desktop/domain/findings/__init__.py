"""Proofreading (校正): rules that look through a year's report and say what a person should look at."""

from __future__ import annotations

from .model import Finding, Group, Rule, Severity
from .registry import RULES, check, spellings_of
from .spellings import Spellings

__all__ = ["RULES", "Finding", "Group", "Rule", "Severity", "Spellings", "check", "spellings_of"]
