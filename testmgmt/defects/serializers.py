"""What the API speaks of defects."""

from typing import Any

from rest_framework import serializers

from testmgmt.core.comments import MAX_LENGTH
from testmgmt.core.models import Comment
from testmgmt.defects.domain import LIMITS, MAX_LABEL
from testmgmt.defects.queries import Sightings

Row = dict[str, Any]
MAX_ID = 2**63 - 1


class DefectSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    key = serializers.CharField(help_text="What people call it, such as D-77.")
    project = serializers.CharField(help_text="Key of the project.")
    title = serializers.CharField()
    description = serializers.CharField(help_text="Markdown.")
    status = serializers.CharField()
    severity = serializers.CharField()
    priority = serializers.CharField()
    assignee = serializers.CharField(allow_null=True, help_text="Username.")
    assignee_name = serializers.CharField(help_text="Somebody whom only a tracker knows.")
    reporter = serializers.CharField(allow_null=True, help_text="Username.")
    reporter_name = serializers.CharField(help_text="Somebody whom only a tracker knows.")
    labels = serializers.ListField(child=serializers.CharField())
    environment = serializers.CharField()
    build = serializers.CharField()
    tests = serializers.IntegerField(help_text="In how many tests it showed.")
    last_seen_at = serializers.DateTimeField(allow_null=True)
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()
    closed_at = serializers.DateTimeField(allow_null=True)
    revision = serializers.IntegerField()


def defect_json(row: Row, labels: list[str], sightings: Sightings) -> Row:
    """Return a defect in the API's words."""
    return {
        "id": row["id"],
        "key": f"D-{row['id']}",
        "project": row["project_key"],
        "title": row["title"],
        "description": row["description"],
        "status": row["status_slug"],
        "severity": row["severity_slug"],
        "priority": row["priority_slug"],
        "assignee": row["assignee_username"],
        "assignee_name": row["assignee_name"],
        "reporter": row["reporter_username"],
        "reporter_name": row["reporter_name"],
        "labels": labels,
        "environment": row["environment"],
        "build": row["build"],
        "tests": sightings.tests,
        "last_seen_at": sightings.last_at,
        "created_at": row["created_at"],
        "updated_at": row["updated_at"],
        "closed_at": row["closed_at"],
        "revision": row["revision"],
    }


def _text(name: str) -> serializers.CharField:
    return serializers.CharField(required=False, allow_blank=True, max_length=LIMITS[name])


def _choice() -> serializers.CharField:
    return serializers.CharField(required=False, max_length=80, help_text="Slug or name.")


def _person() -> serializers.CharField:
    return serializers.CharField(
        required=False, allow_null=True, allow_blank=True, help_text="Username."
    )


class DefectBody(serializers.Serializer[Any]):
    """What may be said of a defect."""

    title = serializers.CharField(max_length=LIMITS["title"])
    description = _text("description")
    status = _choice()
    severity = _choice()
    priority = _choice()
    assignee = _person()
    assignee_name = _text("assignee_name")
    reporter = _person()
    reporter_name = _text("reporter_name")
    labels = serializers.ListField(
        child=serializers.CharField(max_length=MAX_LABEL), required=False, max_length=100
    )
    environment = _text("environment")
    build = _text("build")

    def validate(self, attrs: Row) -> Row:
        return {name: "" if value is None else value for name, value in attrs.items()}


class ResultsBody(serializers.Serializer[Any]):
    results = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=MAX_ID),
        max_length=1000,
        allow_empty=False,
        help_text="Ids of results.",
    )


class NewDefectBody(DefectBody):
    project = serializers.CharField(required=False, help_text="Id or key of the project.")
    results = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=MAX_ID),
        required=False,
        max_length=1000,
        help_text="Ids of the results that show it.",
    )


class CommentSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    body = serializers.CharField(help_text="Markdown.")
    author = serializers.CharField(allow_null=True, help_text="Username.")
    author_name = serializers.CharField(help_text="Somebody whom only a tracker knows.")
    origin = serializers.CharField(help_text="The tracker that it was written in.")
    origin_url = serializers.CharField()
    is_restricted = serializers.BooleanField()
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()
    revision = serializers.IntegerField()


class CommentBody(serializers.Serializer[Any]):
    body = serializers.CharField(max_length=MAX_LENGTH)


def comment_json(comment: Comment) -> Row:
    """Return a comment in the API's words."""
    return {
        "id": comment.pk,
        "body": comment.body,
        "author": comment.author.username if comment.author else None,
        "author_name": comment.author_name,
        "origin": comment.origin,
        "origin_url": comment.origin_url,
        "is_restricted": comment.is_restricted,
        "created_at": comment.created_at,
        "updated_at": comment.updated_at,
        "revision": comment.revision,
    }
