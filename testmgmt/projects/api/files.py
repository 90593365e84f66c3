"""The API of files that hang on things."""

from typing import ClassVar

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.parsers import MultiPartParser
from rest_framework.response import Response
from rest_framework.viewsets import ViewSet

from testmgmt.accounts.requests import ApiRequest
from testmgmt.api.exchange import paged, valid
from testmgmt.api.pagination import OffsetPages
from testmgmt.core.permissions import Scope
from testmgmt.projects import queries, services
from testmgmt.projects.serializers import (
    AttachmentSerializer,
    TargetBody,
    UploadBody,
    attachment_json,
)

ID = OpenApiParameter("id", int, OpenApiParameter.PATH)


class AttachmentViewSet(ViewSet):
    """Files on cases, results and defects."""

    parser_classes = (MultiPartParser,)
    pagination_class = OffsetPages
    lookup_value_regex = r"\d{1,18}"
    write_scope: ClassVar[Scope] = Scope.WRITE_RESULTS

    @extend_schema(parameters=[TargetBody], responses=AttachmentSerializer(many=True))
    def list(self, request: ApiRequest) -> Response:
        """List the files of one thing, the oldest first."""
        asked = TargetBody(data=request.query_params)
        asked.is_valid(raise_exception=True)
        rows = queries.files_of(request.user, **asked.validated_data)
        return paged(self, request, rows, lambda page: [attachment_json(file) for file in page])

    @extend_schema(request=UploadBody, responses={201: AttachmentSerializer})
    def create(self, request: ApiRequest) -> Response:
        """Hang a file on a thing."""
        body = valid(UploadBody, request)
        file = body["file"]
        attachment = services.attach_file(
            user=request.user,
            kind=body["target"],
            target_id=body["target_id"],
            name=file.name,
            chunks=file.chunks(),
        )
        return Response(attachment_json(attachment), 201)

    @extend_schema(parameters=[ID], responses=AttachmentSerializer)
    def retrieve(self, request: ApiRequest, pk: str) -> Response:
        """Show what a file is; its bytes are at `url`."""
        return Response(attachment_json(queries.attachment_of(request.user, int(pk))))

    @extend_schema(parameters=[ID], responses={204: None})
    def destroy(self, request: ApiRequest, pk: str) -> Response:
        """Take a file off its thing."""
        services.detach_file(user=request.user, attachment_id=int(pk))
        return Response(status=204)
