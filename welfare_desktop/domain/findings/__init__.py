"""Proofreading (校正): rules that look through a year's report and say what a person should look at."""

from __future__ import annotations

from .model import Finding, Group, Rule, Severity
from .registry import RULES, SAID_BY_FIELDS, asks_for_a_look, check, check_activity, plan_of_one, spellings_of
from .spellings import Spellings
from .variants import holds_old_form

__all__ = [
    "RULES",
    "SAID_BY_FIELDS",
    "Finding",
    "Group",
    "Rule",
    "Severity",
    "Spellings",
    "asks_for_a_look",
    "check",
    "check_activity",
    "holds_old_form",
    "plan_of_one",
    "spellings_of",
]
