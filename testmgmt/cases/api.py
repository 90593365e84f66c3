"""The API of cases and sections."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Q
from django.http import QueryDict
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.response import Response
from rest_framework.viewsets import ViewSet

from testmgmt.accounts.requests import ApiRequest
from testmgmt.api.exchange import paged, valid
from testmgmt.api.pagination import OffsetPages
from testmgmt.api.revisions import RevisedView, revised, sent_revision
from testmgmt.cases import queries, services
from testmgmt.cases.queries import LISTING, SECTIONS
from testmgmt.cases.serializers import (
    CaseBody,
    CaseSerializer,
    NewCaseBody,
    NewSectionBody,
    RemovalSerializer,
    SectionBody,
    SectionSerializer,
    asked_fields,
    case_change,
    case_json,
    new_case,
    new_section,
    removal_json,
    section_change,
    section_json,
)
from testmgmt.core.ids import read_id
from testmgmt.projects.queries import project_for

Row = dict[str, Any]
ID = OpenApiParameter("id", int, OpenApiParameter.PATH)
IF_MATCH = OpenApiParameter("If-Match", str, OpenApiParameter.HEADER, description="An ETag.")
TREE = OpenApiParameter(
    "section__tree", int, description="Id of a section; the cases of all below it count too."
)
CUSTOM = OpenApiParameter("cf.{slug}", str, description="Value of one of the project's own fields.")
SHAPE = (
    OpenApiParameter("fields", str, description="Only these fields, separated by commas."),
    OpenApiParameter("expand", str, description="steps adds the steps to each case."),
)
OTHERS = {"fields", "expand", "section__tree"}
KEEP, TRASH = "keep", "trash"


def _filters(query: QueryDict) -> QueryDict:
    """Return what is for `LISTING`; the rest of the query is read elsewhere."""
    filters = query.copy()
    for name in query:
        if name in OTHERS or name.startswith(queries.CUSTOM):
            del filters[name]
    return filters


class CaseViewSet(RevisedView, ViewSet):
    """Cases: what is to be tested."""

    pagination_class = OffsetPages
    lookup_value_regex = r"\d{1,18}"

    request: ApiRequest

    def current(self) -> Row:
        return self._json(self.kwargs["pk"])

    def _base_url(self) -> str:
        return self.request.build_absolute_uri("/cases/")

    def _json(self, case_id: int | str) -> Row:
        row = queries.document_of(self.request.user, int(case_id))
        return case_json(row, self._base_url())

    def _condition(self, query: QueryDict) -> Q:
        asked = LISTING.condition(query) & queries.custom_condition(self.request.query_params)
        section = self.request.query_params.get("section__tree")
        if section is None:
            return asked
        section_id = read_id(section)
        if section_id is None:
            raise ValidationError({"section__tree": "A whole number is needed."})
        return asked & queries.under(self.request.user, section_id)

    @extend_schema(
        parameters=[*LISTING.parameters(), TREE, CUSTOM, *SHAPE],
        responses=CaseSerializer(many=True),
    )
    def list(self, request: ApiRequest) -> Response:
        """List cases, the newest first; steps only where `?expand=steps` asks for them."""
        query = _filters(request.query_params)
        names = asked_fields(request.query_params.get("fields"), request.query_params.get("expand"))
        base_url = self._base_url()

        def present(page: Sequence[Row]) -> list[Row]:
            rows = queries.documents([row["id"] for row in page], names)
            return [case_json(row, base_url, names) for row in rows]

        project = queries.project_asked(
            request.user, request.auth, request.query_params.get("project")
        )
        cases = queries.cases_of(
            request.user, project, self._condition(query), LISTING.ordering(query)
        )
        return paged(self, request, cases, present)

    @extend_schema(request=NewCaseBody, responses={201: CaseSerializer})
    def create(self, request: ApiRequest) -> Response:
        """Write down a case; only the title is needed."""
        body = valid(NewCaseBody, request)
        project = project_for(request.user, request.auth, body.pop("project", None))
        case = services.create_case(user=request.user, project_id=project.pk, case=new_case(body))
        return revised(self._json(case.pk), 201)

    @extend_schema(parameters=[ID], responses=CaseSerializer)
    def retrieve(self, request: ApiRequest, pk: str) -> Response:  # noqa: ARG002  read through self
        """Show a case with its steps."""
        return revised(self._json(pk))

    @extend_schema(parameters=[ID, IF_MATCH], request=CaseBody, responses=CaseSerializer)
    def update(self, request: ApiRequest, pk: str) -> Response:
        """Change a case; the title is needed, other fields that are left out stay as they are."""
        return self._changed(pk, valid(CaseBody, request))

    @extend_schema(parameters=[ID, IF_MATCH], request=CaseBody, responses=CaseSerializer)
    def partial_update(self, request: ApiRequest, pk: str) -> Response:
        """Change some fields of a case."""
        return self._changed(pk, valid(CaseBody, request, is_partial=True))

    def _changed(self, pk: str, body: Row) -> Response:
        services.update_case(
            user=self.request.user,
            case_id=int(pk),
            change=case_change(body),
            revision=sent_revision(self.request),
        )
        return revised(self._json(pk))

    @extend_schema(parameters=[ID, IF_MATCH], responses={204: None})
    def destroy(self, request: ApiRequest, pk: str) -> Response:
        """Put a case into the trash; its results stay."""
        services.delete_case(user=request.user, case_id=int(pk), revision=sent_revision(request))
        return Response(status=204)


class SectionViewSet(ViewSet):
    """Sections: folders of cases."""

    pagination_class = OffsetPages
    lookup_value_regex = r"\d{1,18}"

    def _json(self, request: ApiRequest, section_id: int | str) -> Row:
        return section_json(queries.section_document_of(request.user, int(section_id)))

    @extend_schema(parameters=SECTIONS.parameters(), responses=SectionSerializer(many=True))
    def list(self, request: ApiRequest) -> Response:
        """List sections, flat; their parents and positions make the tree."""
        query = request.query_params
        project = queries.project_asked(request.user, request.auth, query.get("project"))
        sections = queries.sections_of(
            request.user, project, SECTIONS.condition(query), SECTIONS.ordering(query)
        )
        return paged(self, request, sections, lambda page: [section_json(row) for row in page])

    @extend_schema(request=NewSectionBody, responses={201: SectionSerializer})
    def create(self, request: ApiRequest) -> Response:
        """Make a section, last among its siblings unless a position is named."""
        body = valid(NewSectionBody, request)
        project = project_for(request.user, request.auth, body.pop("project", None))
        section = services.create_section(
            user=request.user, project_id=project.pk, section=new_section(body)
        )
        return Response(self._json(request, section.pk), 201)

    @extend_schema(parameters=[ID], responses=SectionSerializer)
    def retrieve(self, request: ApiRequest, pk: str) -> Response:
        """Show a section."""
        return Response(self._json(request, pk))

    @extend_schema(parameters=[ID], request=SectionBody, responses=SectionSerializer)
    def update(self, request: ApiRequest, pk: str) -> Response:
        """Change a section; the name is needed."""
        return self._changed(request, pk, valid(SectionBody, request))

    @extend_schema(parameters=[ID], request=SectionBody, responses=SectionSerializer)
    def partial_update(self, request: ApiRequest, pk: str) -> Response:
        """Rename, describe or move a section; never below itself."""
        return self._changed(request, pk, valid(SectionBody, request, is_partial=True))

    def _changed(self, request: ApiRequest, pk: str, body: Row) -> Response:
        services.update_section(user=request.user, section_id=int(pk), change=section_change(body))
        return Response(self._json(request, pk))

    @extend_schema(
        parameters=[
            ID,
            OpenApiParameter("cases", str, enum=[KEEP, TRASH], description="keep is the default."),
            OpenApiParameter("dry_run", bool, description="Only say what would go."),
        ],
        responses={200: RemovalSerializer, 204: None},
    )
    def destroy(self, request: ApiRequest, pk: str) -> Response:
        """Delete a section and those below it; cases are kept unsorted, or go to the trash."""
        if request.query_params.get("dry_run") in {"1", "true"}:
            return Response(removal_json(queries.removal_of(request.user, int(pk))))
        fate = request.query_params.get("cases", KEEP)
        if fate not in {KEEP, TRASH}:
            raise ValidationError({"cases": f"Either {KEEP} or {TRASH}."})
        remove = services.delete_section if fate == TRASH else services.dissolve_section
        remove(user=request.user, section_id=int(pk))
        return Response(status=204)
