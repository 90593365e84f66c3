"""What the API speaks of runs, executions and results."""

from typing import Any

from rest_framework import serializers

from testmgmt.projects.domain import Outcome
from testmgmt.runs.domain import MAX_BULK, Attempt, Selection, StepAttempt, Tally
from testmgmt.runs.services import Entry

Row = dict[str, Any]
MAX_ID = 2**63 - 1


class ProgressSerializer(serializers.Serializer[Any]):
    total = serializers.IntegerField()
    passed = serializers.IntegerField()
    failed = serializers.IntegerField()
    blocked = serializers.IntegerField()
    retest = serializers.IntegerField()
    in_progress = serializers.IntegerField()
    skipped = serializers.IntegerField()
    untested = serializers.IntegerField()
    percent_done = serializers.IntegerField()
    pass_rate = serializers.IntegerField(allow_null=True)


class RunSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    key = serializers.CharField(help_text="What people call it, such as R-318.")
    project = serializers.CharField(help_text="Key of the project.")
    name = serializers.CharField()
    description = serializers.CharField(help_text="Markdown.")
    environment = serializers.CharField()
    build = serializers.CharField()
    is_closed = serializers.BooleanField()
    progress = ProgressSerializer()
    created_by = serializers.CharField(allow_null=True)
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()
    closed_at = serializers.DateTimeField(allow_null=True)
    revision = serializers.IntegerField()


def progress_json(tally: Tally) -> Row:
    """Return the figures of a run."""
    return {
        "total": tally.total,
        **{outcome.value: tally.of(outcome) for outcome in Outcome},
        "percent_done": tally.percent_done,
        "pass_rate": tally.pass_rate,
    }


def run_json(row: Row, tally: Tally) -> Row:
    """Return a run in the API's words."""
    return {
        "id": row["id"],
        "key": f"R-{row['id']}",
        "project": row["project_key"],
        "name": row["name"],
        "description": row["description"],
        "environment": row["environment"],
        "build": row["build"],
        "is_closed": row["closed_at"] is not None,
        "progress": progress_json(tally),
        "created_by": row["author"],
        "created_at": row["created_at"],
        "updated_at": row["updated_at"],
        "closed_at": row["closed_at"],
        "revision": row["revision"],
    }


class RunBody(serializers.Serializer[Any]):
    """What may be said of a run."""

    name = serializers.CharField(max_length=255)
    description = serializers.CharField(required=False, allow_blank=True, max_length=100_000)
    environment = serializers.CharField(required=False, allow_blank=True, max_length=150)
    build = serializers.CharField(required=False, allow_blank=True, max_length=150)


class SelectionBody(serializers.Serializer[Any]):
    """Which cases: those named, those under a section, or all where neither is given."""

    cases = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=MAX_ID),
        required=False,
        max_length=100_000,
    )
    section = serializers.IntegerField(required=False, min_value=1, max_value=MAX_ID)

    def validate(self, attrs: Row) -> Row:
        if "cases" in attrs and "section" in attrs:
            raise serializers.ValidationError({"section": "Name cases or a section, not both."})
        return attrs


class NewRunBody(RunBody, SelectionBody):
    project = serializers.CharField(required=False, help_text="Id or key of the project.")


def selection_of(body: Row) -> Selection:
    """Take the choice of cases out of a body."""
    cases = body.pop("cases", None)
    return Selection(
        case_ids=None if cases is None else frozenset(cases), section_id=body.pop("section", None)
    )


class CloseBody(serializers.Serializer[Any]):
    rest_name = serializers.CharField(
        required=False,
        allow_blank=True,
        max_length=255,
        default="",
        help_text="Name of a new run for what is still open.",
    )


class RerunBody(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=255)
    outcomes = serializers.ListField(
        child=serializers.ChoiceField(choices=[outcome.value for outcome in Outcome]),
        default=[Outcome.FAILED.value],
        allow_empty=False,
    )


class ExecutionSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    run = serializers.IntegerField()
    case = serializers.IntegerField()
    title = serializers.CharField()
    version = serializers.IntegerField()
    status = serializers.CharField()
    assignee = serializers.CharField(allow_null=True)
    configuration = serializers.CharField(allow_null=True)
    parameters = serializers.DictField(help_text="The row of data that it runs with.")
    position = serializers.IntegerField()
    last_result_at = serializers.DateTimeField(allow_null=True)
    updated_at = serializers.DateTimeField()
    revision = serializers.IntegerField()


def execution_json(row: Row) -> Row:
    """Return an execution in the API's words."""
    return {
        "id": row["id"],
        "run": row["run_id"],
        "case": row["case_id"],
        "title": row["case_title"],
        "version": row["version_number"],
        "status": row["status_slug"],
        "assignee": row["assignee_username"],
        "configuration": row["configuration_name"],
        "parameters": row["data"],
        "position": row["position"],
        "last_result_at": row["last_result_at"],
        "updated_at": row["updated_at"],
        "revision": row["revision"],
    }


class ExecutionBody(serializers.Serializer[Any]):
    assignee = serializers.CharField(allow_null=True, allow_blank=True, help_text="Username.")


class StepResultSerializer(serializers.Serializer[Any]):
    step = serializers.CharField(max_length=40, help_text="Id of a step of the version.")
    status = serializers.CharField(max_length=80)
    actual = serializers.CharField(required=False, allow_blank=True, default="", max_length=100_000)


class ResultSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    run = serializers.IntegerField()
    execution = serializers.IntegerField()
    case = serializers.IntegerField()
    status = serializers.CharField()
    suggested = serializers.CharField(allow_null=True, help_text="What the steps add up to.")
    comment = serializers.CharField(help_text="Markdown.")
    elapsed_seconds = serializers.IntegerField(allow_null=True)
    build = serializers.CharField()
    steps = StepResultSerializer(many=True)
    created_by = serializers.CharField(allow_null=True)
    created_at = serializers.DateTimeField()


def result_json(row: Row, steps: list[Row]) -> Row:
    """Return a result in the API's words."""
    return {
        "id": row["id"],
        "run": row["run_id"],
        "execution": row["execution_id"],
        "case": row["case_id"],
        "status": row["status_slug"],
        "suggested": row["suggested_slug"],
        "comment": row["comment"],
        "elapsed_seconds": row["elapsed_seconds"],
        "build": row["build"],
        "steps": [
            {"step": step["step_id"], "status": step["slug"], "actual": step["actual"]}
            for step in steps
        ],
        "created_by": row["author"] or row["author_name"] or None,
        "created_at": row["created_at"],
    }


class ResultBody(serializers.Serializer[Any]):
    """One attempt; without a status the steps decide."""

    status = serializers.CharField(required=False, max_length=80, help_text="Slug or name.")
    comment = serializers.CharField(required=False, allow_blank=True, max_length=100_000)
    elapsed_seconds = serializers.IntegerField(
        required=False, allow_null=True, min_value=0, max_value=2_147_483_647
    )
    build = serializers.CharField(required=False, allow_blank=True, max_length=150)
    steps = StepResultSerializer(many=True, required=False)


def attempt_of(body: Row) -> Attempt:
    """Make an attempt of what was sent."""
    steps = tuple(
        StepAttempt(step["step"], step["status"], step["actual"]) for step in body.get("steps", ())
    )
    return Attempt(
        status=body.get("status", ""),
        comment=body.get("comment", ""),
        steps=steps,
        elapsed_seconds=body.get("elapsed_seconds"),
        build=body.get("build", ""),
    )


class EntryBody(ResultBody):
    """One attempt among many, at an execution or at a case that is in the run once."""

    execution = serializers.IntegerField(required=False, min_value=1, max_value=MAX_ID)
    case = serializers.IntegerField(required=False, min_value=1, max_value=MAX_ID)

    def validate(self, attrs: Row) -> Row:
        if ("execution" in attrs) == ("case" in attrs):
            raise serializers.ValidationError({"execution": "Name an execution or a case."})
        return attrs


class BulkBody(serializers.Serializer[Any]):
    results = EntryBody(many=True, help_text=f"At most {MAX_BULK}; all are recorded, or none.")


def entry_of(body: Row) -> Entry:
    """Make an entry of what was sent."""
    return Entry(attempt_of(body), body.get("execution"), body.get("case"))
