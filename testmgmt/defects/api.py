"""The API of defects."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Q
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.decorators import action
from rest_framework.response import Response
from rest_framework.viewsets import ViewSet

from testmgmt.accounts.requests import ApiRequest
from testmgmt.api import filters
from testmgmt.api.exchange import paged, valid
from testmgmt.api.filters import Filter, Listing, whole_number
from testmgmt.api.pagination import OffsetPages
from testmgmt.api.revisions import RevisedView, revised, sent_revision
from testmgmt.defects import queries, services
from testmgmt.defects.domain import DefectChange, NewDefect
from testmgmt.defects.serializers import (
    CommentBody,
    CommentSerializer,
    DefectBody,
    DefectSerializer,
    NewDefectBody,
    ResultsBody,
    comment_json,
    defect_json,
)
from testmgmt.projects.queries import project_for, project_named
from testmgmt.runs.queries import result_rows, step_rows
from testmgmt.runs.serializers import ResultSerializer, result_json

Row = dict[str, Any]
ID = OpenApiParameter("id", int, OpenApiParameter.PATH)
COMMENT = OpenApiParameter("comment_id", int, OpenApiParameter.PATH)
RESULT = OpenApiParameter("result_id", int, OpenApiParameter.PATH)
IF_MATCH = OpenApiParameter("If-Match", str, OpenApiParameter.HEADER, description="An ETag.")


def _shown_by(what: str) -> Filter:
    def parse(text: str) -> Q:
        return queries.shown_by(what, whole_number(text))

    return Filter(parse, f"Id of a {what} that shows it.", int)


DEFECTS = Listing(
    filters={
        "id": filters.ids("pk", "Ids, separated by commas."),
        "search": filters.contains("title", "description"),
        "status": filters.choice("status", "Status by slug or name."),
        "progress": filters.text("status__category", "Category of the status."),
        "severity": filters.choice("severity", "Severity by slug or name."),
        "priority": filters.choice("priority", "Priority by slug or name."),
        "assignee": filters.text("assignee__username", "Username."),
        "is_assigned": filters.flag(
            Q(assignee__isnull=False) | ~Q(assignee_name=""), "Whether somebody has it."
        ),
        "reporter": filters.text("reporter__username", "Username."),
        "label": Filter(queries.labelled, "A label; given twice, both are needed."),
        "case": _shown_by("case"),
        "run": _shown_by("run"),
        "environment": filters.text("environment", "Environment."),
        "build": filters.text("build", "Build."),
        "created__gte": filters.moment("created_at__gte", "Reported since."),
        "created__lt": filters.moment("created_at__lt", "Reported before."),
        "updated__gte": filters.moment("updated_at__gte", "Changed since."),
    },
    orders={
        "id": "id",
        "title": "title",
        "status": "status__position",
        "severity": "severity__position",
        "priority": "priority__position",
        "created": "created_at",
        "updated": "updated_at",
    },
)


def _defects(rows: Sequence[Row]) -> list[Row]:
    ids = [row["id"] for row in rows]
    labels, sightings = queries.labels_of(ids), queries.sightings_of(ids)
    return [
        defect_json(row, labels.get(row["id"], []), sightings.get(row["id"], queries.Sightings()))
        for row in rows
    ]


def _results(rows: Sequence[Row]) -> list[Row]:
    steps = step_rows([row["id"] for row in rows])
    return [result_json(row, steps.get(row["id"], [])) for row in rows]


def _comments(comments: Sequence[Any]) -> list[Row]:
    return [comment_json(comment) for comment in comments]


class DefectViewSet(RevisedView, ViewSet):
    """Defects: what is wrong, and which results show it."""

    pagination_class = OffsetPages
    lookup_value_regex = r"\d{1,18}"
    request: ApiRequest

    def current(self) -> Row:
        return self._json(self.request, self.kwargs["pk"])

    def _json(self, request: ApiRequest, defect_id: int | str) -> Row:
        return _defects([queries.defect_row(request.user, int(defect_id))])[0]

    @extend_schema(parameters=DEFECTS.parameters(), responses=DefectSerializer(many=True))
    def list(self, request: ApiRequest) -> Response:
        """List defects, the newest first."""
        asked = DEFECTS.condition(request.query_params)
        if named := request.query_params.get("project"):
            asked &= Q(project=project_named(request.user, named))
        order = DEFECTS.ordering(request.query_params)
        return paged(self, request, queries.defect_rows(request.user, asked, order), _defects)

    @extend_schema(request=NewDefectBody, responses={201: DefectSerializer})
    def create(self, request: ApiRequest) -> Response:
        """Write down a defect; only a title is needed."""
        body = valid(NewDefectBody, request)
        project = project_for(request.user, request.auth, body.pop("project", None))
        results = body.pop("results", ())
        made = services.create_defect(
            user=request.user,
            project_id=project.pk,
            defect=NewDefect(**body, result_ids=results),
        )
        return revised(self._json(request, made.pk), 201)

    @extend_schema(parameters=[ID], responses=DefectSerializer)
    def retrieve(self, request: ApiRequest, pk: str) -> Response:
        """Show a defect."""
        return revised(self._json(request, pk))

    @extend_schema(parameters=[ID, IF_MATCH], request=DefectBody, responses=DefectSerializer)
    def update(self, request: ApiRequest, pk: str) -> Response:
        """Replace what is said of a defect; choices that are left out stay."""
        blank: Row = dict.fromkeys(("description", "environment", "build"), "") | {"labels": []}
        return self._changed(request, pk, blank | valid(DefectBody, request))

    @extend_schema(parameters=[ID, IF_MATCH], request=DefectBody, responses=DefectSerializer)
    def partial_update(self, request: ApiRequest, pk: str) -> Response:
        """Change some of what is said of a defect."""
        return self._changed(request, pk, valid(DefectBody, request, is_partial=True))

    def _changed(self, request: ApiRequest, pk: str, changes: Row) -> Response:
        services.update_defect(
            user=request.user,
            defect_id=int(pk),
            change=DefectChange(**changes),
            revision=sent_revision(request),
        )
        return revised(self._json(request, pk))

    @extend_schema(parameters=[ID], responses={204: None})
    def destroy(self, request: ApiRequest, pk: str) -> Response:
        """Put a defect away."""
        services.delete_defect(user=request.user, defect_id=int(pk), now=timezone.now())
        return Response(status=204)

    @extend_schema(methods=["GET"], parameters=[ID], responses=ResultSerializer(many=True))
    @extend_schema(
        methods=["POST"], parameters=[ID], request=ResultsBody, responses=DefectSerializer
    )
    @action(detail=True, methods=["get", "post"])
    def results(self, request: ApiRequest, pk: str) -> Response:
        """List the results that show a defect; or name more of them."""
        if request.method == "POST":
            services.link_results(
                user=request.user,
                defect_id=int(pk),
                result_ids=valid(ResultsBody, request)["results"],
            )
            return revised(self._json(request, pk))
        defect = queries.defect_row(request.user, int(pk))
        rows = result_rows(request.user, Q(defects=defect["id"]))
        return paged(self, request, rows, _results)

    @extend_schema(parameters=[ID, RESULT], responses={204: None})
    @action(detail=True, methods=["delete"], url_path=r"results/(?P<result_id>\d{1,18})")
    def result(self, request: ApiRequest, pk: str, result_id: str) -> Response:
        """Say that a result shows something else."""
        services.unlink_results(user=request.user, defect_id=int(pk), result_ids=[int(result_id)])
        return Response(status=204)

    @extend_schema(methods=["GET"], parameters=[ID], responses=CommentSerializer(many=True))
    @extend_schema(
        methods=["POST"],
        parameters=[ID],
        request=CommentBody,
        responses={201: CommentSerializer},
    )
    @action(detail=True, methods=["get", "post"])
    def comments(self, request: ApiRequest, pk: str) -> Response:
        """List what was said of a defect, the oldest first; or say something."""
        if request.method == "POST":
            said = services.say(
                user=request.user, defect_id=int(pk), body=valid(CommentBody, request)["body"]
            )
            return revised(comment_json(said), 201)
        said_before = queries.comments_of_defect(request.user, int(pk))
        return paged(self, request, said_before, _comments)

    @extend_schema(
        methods=["PATCH"],
        parameters=[ID, COMMENT, IF_MATCH],
        request=CommentBody,
        responses=CommentSerializer,
    )
    @extend_schema(methods=["DELETE"], parameters=[ID, COMMENT], responses={204: None})
    @action(detail=True, methods=["patch", "delete"], url_path=r"comments/(?P<comment_id>\d{1,18})")
    def one_comment(self, request: ApiRequest, pk: str, comment_id: str) -> Response:
        """Change one's own words, or take them back."""
        if request.method == "DELETE":
            services.delete_comment(
                user=request.user, defect_id=int(pk), comment_id=int(comment_id)
            )
            return Response(status=204)
        said = services.edit_comment(
            user=request.user,
            defect_id=int(pk),
            comment_id=int(comment_id),
            body=valid(CommentBody, request)["body"],
            revision=sent_revision(request),
        )
        return revised(comment_json(said))
