"""The first schema: plan, structure, entries, indicators, results, history.

The models are a frozen copy on purpose: a migration must keep meaning what it meant when it was released.
"""

from __future__ import annotations

from typing import Any

from peewee import (
    AutoField,
    BooleanField,
    CompositeKey,
    Database,
    ForeignKeyField,
    IntegerField,
    Model,
    TextField,
)


def up(migrator: Any, db: Database) -> None:
    """Create all tables of the first release."""

    class StoreRow(Model):
        id = IntegerField(primary_key=True)
        dataset_id = TextField()
        content_digest = TextField()
        history_digest = TextField()

        class Meta:
            table_name = "store"

    class PlanRow(Model):
        id = TextField(primary_key=True)
        title = TextField(default="")
        vision = TextField(default="")
        first_year = IntegerField(default=0)
        last_year = IntegerField(default=0)

        class Meta:
            table_name = "plan"

    class BasicGoalRow(Model):
        id = TextField(primary_key=True)
        parent = ForeignKeyField(PlanRow, column_name="plan_id", on_delete="RESTRICT")
        position = IntegerField(null=True)
        number = IntegerField(default=0)
        title = TextField(default="")
        retired_from = IntegerField(null=True)

        class Meta:
            table_name = "basic_goal"

    class ActivityGoalRow(Model):
        id = TextField(primary_key=True)
        parent = ForeignKeyField(BasicGoalRow, column_name="basic_goal_id", on_delete="RESTRICT")
        position = IntegerField(null=True)
        number = IntegerField(default=0)
        title = TextField(default="")
        retired_from = IntegerField(null=True)

        class Meta:
            table_name = "activity_goal"

    class ActivityRow(Model):
        id = TextField(primary_key=True)
        parent = ForeignKeyField(ActivityGoalRow, column_name="activity_goal_id", on_delete="RESTRICT")
        position = IntegerField(null=True)
        number = IntegerField(default=0)
        title = TextField(default="")
        retired_from = IntegerField(null=True)

        class Meta:
            table_name = "activity"

    class ActivityTextRow(Model):
        activity = ForeignKeyField(ActivityRow, on_delete="RESTRICT")
        actor = TextField(default="")
        field = TextField()
        text = TextField()

        class Meta:
            table_name = "activity_text"
            primary_key = CompositeKey("activity", "actor", "field")

    class DepartmentRow(Model):
        id = TextField(primary_key=True)
        parent = ForeignKeyField(PlanRow, column_name="plan_id", on_delete="RESTRICT")
        position = IntegerField(null=True)
        name = TextField(default="")

        class Meta:
            table_name = "department"

    class DepartmentFormerRow(Model):
        department = ForeignKeyField(DepartmentRow, on_delete="RESTRICT")
        position = IntegerField()
        name = TextField()
        last_year = IntegerField()

        class Meta:
            table_name = "department_former"
            primary_key = CompositeKey("department", "position")

    class NoteRow(Model):
        owner = TextField()
        owner_id = TextField()
        field = TextField()
        year = IntegerField()
        text = TextField()

        class Meta:
            table_name = "note"
            primary_key = CompositeKey("owner", "owner_id", "field", "year")

    class SlotRow(Model):
        id = TextField(primary_key=True)
        parent = ForeignKeyField(ActivityRow, column_name="activity_id", on_delete="RESTRICT")
        actor = TextField()
        position = IntegerField(null=True)
        retired_from = IntegerField(null=True)

        class Meta:
            table_name = "slot"

    class SlotDepartmentRow(Model):
        slot = ForeignKeyField(SlotRow, on_delete="RESTRICT")
        position = IntegerField()
        department = ForeignKeyField(DepartmentRow, on_delete="RESTRICT")

        class Meta:
            table_name = "slot_department"
            primary_key = CompositeKey("slot", "position")

    class SlotEntryRow(Model):
        slot = ForeignKeyField(SlotRow, on_delete="RESTRICT")
        field = TextField()
        year = IntegerField()
        text = TextField()
        draft = BooleanField(default=False)

        class Meta:
            table_name = "slot_entry"
            primary_key = CompositeKey("slot", "field", "year")

    class IndicatorRow(Model):
        id = TextField(primary_key=True)
        slot = ForeignKeyField(SlotRow, on_delete="RESTRICT")
        position = IntegerField(null=True)
        text = TextField()
        corrected = BooleanField(default=False)

        class Meta:
            table_name = "indicator"

    class TargetRow(Model):
        indicator = ForeignKeyField(IndicatorRow, on_delete="RESTRICT")
        position = IntegerField()
        wording = TextField()
        kind = TextField()
        value = TextField(null=True)
        unit = TextField()
        comparator = TextField()
        fiscal_year = IntegerField(null=True)

        class Meta:
            table_name = "target"
            primary_key = CompositeKey("indicator", "position")

    class ResultRow(Model):
        id = TextField(primary_key=True)
        slot = ForeignKeyField(SlotRow, on_delete="RESTRICT")
        year = IntegerField()
        position = IntegerField()
        text = TextField()
        decided = BooleanField(default=False)
        indicator = ForeignKeyField(IndicatorRow, null=True, on_delete="RESTRICT")
        value = TextField(null=True)
        unit = TextField(null=True)

        class Meta:
            table_name = "result"

    class JudgementRow(Model):
        slot = ForeignKeyField(SlotRow, on_delete="RESTRICT")
        year = IntegerField()
        position = IntegerField()
        indicator = ForeignKeyField(IndicatorRow, on_delete="RESTRICT")
        target_index = IntegerField()
        judgement = TextField()
        reason = TextField()

        class Meta:
            table_name = "judgement"
            primary_key = CompositeKey("slot", "year", "position")

    class OperationRow(Model):
        id = AutoField()
        kind = TextField()
        label = TextField()
        who = TextField()
        at = TextField()
        why = TextField(default="")
        undoes = ForeignKeyField("self", null=True, on_delete="RESTRICT")

        class Meta:
            table_name = "operation"

    class ChangeRow(Model):
        id = AutoField()
        operation = ForeignKeyField(OperationRow, on_delete="RESTRICT")
        owner = TextField()
        owner_id = TextField()
        actor = TextField(default="")
        field = TextField()
        year = IntegerField(null=True)
        before = TextField()
        after = TextField()

        class Meta:
            table_name = "change"
            indexes = ((("owner_id", "field", "actor", "year"), False),)

    tables = [
        StoreRow,
        PlanRow,
        BasicGoalRow,
        ActivityGoalRow,
        ActivityRow,
        ActivityTextRow,
        DepartmentRow,
        DepartmentFormerRow,
        NoteRow,
        SlotRow,
        SlotDepartmentRow,
        SlotEntryRow,
        IndicatorRow,
        TargetRow,
        ResultRow,
        JudgementRow,
        OperationRow,
        ChangeRow,
    ]
    with db.bind_ctx(tables):
        db.create_tables(tables, safe=False)
