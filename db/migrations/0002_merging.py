"""Merging: exported files with what they said, received files, and the contributions they brought.

Raw text columns hold JSON; every row that cannot be rebuilt carries a digest of itself, so that ``verify`` sees a
change nobody made.
"""

from __future__ import annotations

from typing import Any

from peewee import CompositeKey, Database, ForeignKeyField, IntegerField, Model, TextField


def up(migrator: Any, db: Database) -> None:
    """Create the tables of merging."""

    class OperationRow(Model):  # the columns a reference needs
        id = IntegerField(primary_key=True)

        class Meta:
            table_name = "operation"

    class ExportRow(Model):
        id = TextField(primary_key=True)
        kind = TextField()
        department_id = TextField()
        department = TextField()
        year = IntegerField()
        made_at = TextField()
        who = TextField()
        revision = IntegerField()
        file_name = TextField()
        deadline = TextField()
        base = TextField()
        seen = TextField()
        digest = TextField()

        class Meta:
            table_name = "export"

    class MergeRow(Model):
        id = TextField(primary_key=True)
        at = TextField()
        who = TextField()
        operation = ForeignKeyField(OperationRow, null=True, on_delete="RESTRICT")
        undone_at = TextField(null=True)

        class Meta:
            table_name = "merge"

    class ReceivedRow(Model):
        id = TextField(primary_key=True)
        merge = ForeignKeyField(MergeRow, on_delete="RESTRICT")
        position = IntegerField()
        file_name = TextField()
        file_hash = TextField()
        kind = TextField()
        export_id = TextField()
        department_id = TextField()
        department = TextField()
        year = IntegerField()
        report = TextField()
        digest = TextField()

        class Meta:
            table_name = "received"

    class ContributionRow(Model):
        id = TextField()
        received = ForeignKeyField(ReceivedRow, on_delete="RESTRICT")
        export_id = TextField()
        department_id = TextField()
        field_key = TextField(index=True)
        base = TextField()
        value = TextField()
        seen = TextField()
        certain = IntegerField()
        source = TextField()
        digest = TextField()

        class Meta:
            table_name = "contribution"
            primary_key = CompositeKey("id", "received")

    class MergedFieldRow(Model):
        field_key = TextField(primary_key=True)
        settled = TextField()
        considered = TextField()
        shown = TextField()
        digest = TextField()

        class Meta:
            table_name = "merged_field"

    tables = [ExportRow, MergeRow, ReceivedRow, ContributionRow, MergedFieldRow]
    with db.bind_ctx([OperationRow, *tables]):
        db.create_tables(tables, safe=False)
