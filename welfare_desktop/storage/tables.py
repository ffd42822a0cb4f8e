"""The tables as they are now.  ``db/migrations`` makes them; a test compares both.

No model is bound to a database: queries are executed on the store they belong to, so that two files can be open at
once.  Identifiers are UUID texts.  ``position`` NULL means "not in the structure": rows are never deleted while
history speaks of them, so undoing a removal brings everything back.
"""

from __future__ import annotations

from peewee import AutoField, BooleanField, CompositeKey, ForeignKeyField, IntegerField, Model, TextField


class StoreRow(Model):
    """One row about the file itself: identity, and digests that prove content and history unchanged."""

    id = IntegerField(primary_key=True)
    dataset_id = TextField()
    content_digest = TextField()
    history_digest = TextField()

    class Meta:
        table_name = "store"


class PlanRow(Model):
    """計画."""

    id = TextField(primary_key=True)
    title = TextField(default="")
    vision = TextField(default="")
    first_year = IntegerField(default=0)
    last_year = IntegerField(default=0)

    class Meta:
        table_name = "plan"


class BasicGoalRow(Model):
    """基本目標."""

    id = TextField(primary_key=True)
    parent = ForeignKeyField(PlanRow, column_name="plan_id", on_delete="RESTRICT")
    position = IntegerField(null=True)
    number = IntegerField(default=0)
    title = TextField(default="")
    retired_from = IntegerField(null=True)
    reported_from = IntegerField(null=True)

    class Meta:
        table_name = "basic_goal"


class ActivityGoalRow(Model):
    """活動目標."""

    id = TextField(primary_key=True)
    parent = ForeignKeyField(BasicGoalRow, column_name="basic_goal_id", on_delete="RESTRICT")
    position = IntegerField(null=True)
    number = IntegerField(default=0)
    title = TextField(default="")
    retired_from = IntegerField(null=True)
    reported_from = IntegerField(null=True)

    class Meta:
        table_name = "activity_goal"


class ActivityRow(Model):
    """活動名／取組み."""

    id = TextField(primary_key=True)
    parent = ForeignKeyField(ActivityGoalRow, column_name="activity_goal_id", on_delete="RESTRICT")
    position = IntegerField(null=True)
    number = IntegerField(default=0)
    title = TextField(default="")
    retired_from = IntegerField(null=True)
    reported_from = IntegerField(null=True)

    class Meta:
        table_name = "activity"


class ActivityTextRow(Model):
    """Lines that belong to an activity (``actor`` empty) or to one actor's part of it; lines are joined by LF."""

    activity = ForeignKeyField(ActivityRow, on_delete="RESTRICT")
    actor = TextField(default="")
    field = TextField()
    text = TextField()

    class Meta:
        table_name = "activity_text"
        primary_key = CompositeKey("activity", "actor", "field")


class DepartmentRow(Model):
    """担当課."""

    id = TextField(primary_key=True)
    parent = ForeignKeyField(PlanRow, column_name="plan_id", on_delete="RESTRICT")
    position = IntegerField(null=True)
    name = TextField(default="")

    class Meta:
        table_name = "department"


class DepartmentFormerRow(Model):
    """An earlier name of a department and the last fiscal year it was used."""

    department = ForeignKeyField(DepartmentRow, on_delete="RESTRICT")
    position = IntegerField()
    name = TextField()
    last_year = IntegerField()

    class Meta:
        table_name = "department_former"
        primary_key = CompositeKey("department", "position")


class NoteRow(Model):
    """What the office keeps beside the plan: deadlines, contacts, closed years, phrases; lines are joined by LF.

    ``year`` 0 means that the note belongs to no year.
    """

    owner = TextField()
    owner_id = TextField()
    field = TextField()
    year = IntegerField()
    text = TextField()

    class Meta:
        table_name = "note"
        primary_key = CompositeKey("owner", "owner_id", "field", "year")


class SlotRow(Model):
    """記入欄."""

    id = TextField(primary_key=True)
    parent = ForeignKeyField(ActivityRow, column_name="activity_id", on_delete="RESTRICT")
    actor = TextField()
    position = IntegerField(null=True)
    retired_from = IntegerField(null=True)
    reported_from = IntegerField(null=True)

    class Meta:
        table_name = "slot"


class SlotDepartmentRow(Model):
    """Which departments answer a slot, in order."""

    slot = ForeignKeyField(SlotRow, on_delete="RESTRICT")
    position = IntegerField()
    department = ForeignKeyField(DepartmentRow, on_delete="RESTRICT")

    class Meta:
        table_name = "slot_department"
        primary_key = CompositeKey("slot", "position")


class SlotEntryRow(Model):
    """実施状況 or 実施予定 of one slot and fiscal year; lines are joined by LF."""

    slot = ForeignKeyField(SlotRow, on_delete="RESTRICT")
    field = TextField()
    year = IntegerField()
    text = TextField()
    draft = BooleanField(default=False)

    class Meta:
        table_name = "slot_entry"
        primary_key = CompositeKey("slot", "field", "year")


class IndicatorRow(Model):
    """主な活動指標, one line; ``corrected`` says that its targets were set by hand."""

    id = TextField(primary_key=True)
    slot = ForeignKeyField(SlotRow, on_delete="RESTRICT")
    position = IntegerField(null=True)
    text = TextField()
    corrected = BooleanField(default=False)

    class Meta:
        table_name = "indicator"


class TargetRow(Model):
    """目標 corrected by hand; ``value`` is a decimal string."""

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
    """実績, one line of one slot and fiscal year.

    ``decided`` false: nobody said which indicator it answers; true with no indicator: a person said none.
    """

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
    """A judgement set by a person, with its reason."""

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
    """One thing a person did: an edit, an import, a merge … ``at`` is UTC in ISO 8601."""

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
    """One field changed by an operation; ``before`` and ``after`` are JSON (``domain.fields.to_json``).

    Its id is the revision of the field from then on.
    """

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


class ExportRow(Model):
    """A file that went out: ``base`` maps every key it carries to what it said, ``seen`` to the contributions shown."""

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
    """Files merged together in one step; ``operation`` NULL when no field changed."""

    id = TextField(primary_key=True)
    at = TextField()
    who = TextField()
    operation = ForeignKeyField(OperationRow, null=True, on_delete="RESTRICT")
    undone_at = TextField(null=True)

    class Meta:
        table_name = "merge"


class ReceivedRow(Model):
    """One file that came back, with what was found in it (``report``, JSON)."""

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
    """One edit of one field that came in with a file.  The same edit has the same id in every file it comes in."""

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
    """A field somebody sent edits of: what the office stands for, and what it showed after the last merge."""

    field_key = TextField(primary_key=True)
    settled = TextField()
    considered = TextField()
    shown = TextField()
    digest = TextField()

    class Meta:
        table_name = "merged_field"


TABLES: tuple[type[Model], ...] = (
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
    ExportRow,
    MergeRow,
    ReceivedRow,
    ContributionRow,
    MergedFieldRow,
)
