"""What the API speaks of imports."""

from typing import Any

from rest_framework import serializers

from migrations_data import registry
from migrations_data.base.target import OUTCOMES, Tally
from migrations_data.models import ImportJob, ImportProblem


class CountsSerializer(serializers.Serializer[Any]):
    read = serializers.IntegerField(help_text="created + updated + unchanged + skipped")
    created = serializers.IntegerField()
    updated = serializers.IntegerField()
    unchanged = serializers.IntegerField()
    skipped = serializers.IntegerField()


class ImportSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    project = serializers.CharField(help_text="Key of the project.")
    source = serializers.CharField()  # type: ignore[assignment]  # a field of that name, no more
    file_name = serializers.CharField()
    sha256 = serializers.CharField()
    kind = serializers.CharField(help_text="What the file turned out to be.")
    title = serializers.CharField()
    stage = serializers.ChoiceField(choices=ImportJob.Stage.choices)
    state = serializers.CharField(help_text="queued, running, done, failed or cancelled")
    message = serializers.CharField(help_text="Why it failed, with the line of the file.")
    done = serializers.IntegerField()
    total = serializers.IntegerField(allow_null=True)
    found = serializers.DictField(child=serializers.IntegerField())
    counts = serializers.DictField(child=CountsSerializer())
    log = serializers.DictField(child=serializers.IntegerField())
    mapping = serializers.JSONField()
    created_by = serializers.CharField(allow_null=True)
    created_at = serializers.DateTimeField()


class ProblemSerializer(serializers.Serializer[Any]):
    at = serializers.DateTimeField()
    level = serializers.ChoiceField(choices=["info", "warning", "error"])
    code = serializers.CharField()
    entity = serializers.CharField()
    origin_id = serializers.CharField()
    title = serializers.CharField()
    line = serializers.IntegerField(help_text="Where it stands in the file, 0 where unknown.")
    field = serializers.CharField()
    value = serializers.CharField()
    action = serializers.CharField()
    message = serializers.CharField()
    count = serializers.IntegerField(help_text="More than one where equal lines were folded.")


class NewImportBody(serializers.Serializer[Any]):
    """A file to import. With a mapping it goes on by itself after the scan."""

    project = serializers.CharField(required=False)
    source = serializers.ChoiceField(  # type: ignore[assignment]  # a field of that name, no more
        choices=sorted(registry.SOURCES)
    )
    file = serializers.FileField()
    mapping = serializers.JSONField(required=False)


class StartBody(serializers.Serializer[Any]):
    is_dry_run = serializers.BooleanField(default=False)


PROBLEM_FIELDS = tuple(ProblemSerializer().fields)


def import_json(import_job: ImportJob) -> dict[str, Any]:
    """Return an import in the API's words."""
    job, author = import_job.job, import_job.created_by
    tally = Tally.from_json(import_job.tally)
    return {
        "id": import_job.pk,
        "project": import_job.project.key,
        "source": import_job.source,
        "file_name": import_job.file_name,
        "sha256": import_job.sha256,
        "kind": import_job.kind,
        "title": import_job.title,
        "stage": import_job.stage,
        "state": job.state if job else "done",
        "message": job.message if job else "",
        "done": job.done if job else 0,
        "total": job.total if job else None,
        "found": import_job.inventory.get("counts", {}),
        "counts": {
            entity: {name: counts[name] for name in ("read", *OUTCOMES)}
            for entity, counts in tally.counts.items()
        },
        "log": dict(tally.problems),
        "mapping": import_job.mapping,
        "created_by": author.username if author else None,
        "created_at": import_job.created_at,
    }


def problem_json(problem: ImportProblem) -> dict[str, Any]:
    """Return a line of the log in the API's words."""
    return {name: getattr(problem, name) for name in PROBLEM_FIELDS}
