"""The fiscal year goals, activities and slots are reported from; blank for what was there from the beginning."""

from __future__ import annotations

from typing import Any, cast

from peewee import Database


def up(migrator: Any, db: Database) -> None:
    """Add the column to all four tables."""
    for table in ("basic_goal", "activity_goal", "activity", "slot"):
        cast(Any, db).execute_sql(f'ALTER TABLE "{table}" ADD COLUMN "reported_from" INTEGER')
