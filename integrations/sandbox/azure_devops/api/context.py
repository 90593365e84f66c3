"""What every endpoint is given: who calls, what they sent; and how to answer."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from werkzeug import Request, Response

from integrations.sandbox.azure_devops.accounts import Account
from integrations.sandbox.azure_devops.catalogue import Project, find_field
from integrations.sandbox.azure_devops.errors import VssError, bad_request, no_item
from integrations.sandbox.azure_devops.model import Json, WorkItem
from integrations.sandbox.azure_devops.organization import Organization
from integrations.sandbox.azure_devops.view import View

_JSON = "application/json; charset=utf-8"
PLAIN_JSON = "application/json"
PATCH_JSON = "application/json-patch+json"
STREAM = "application/octet-stream"
_BODIES = ("POST", "PATCH", "PUT", "DELETE")
_WEB_API = "Microsoft.VisualStudio.Services.WebApi"


@dataclass(frozen=True, slots=True)
class Context:
    """One call to the API; `place` is the project in its address, if there is one."""

    site: Organization
    request: Request
    who: Account
    place: str = ""

    @property
    def view(self) -> View:
        """Return how things are shown."""
        return View(self.site)

    @property
    def project(self) -> Project:
        """Return the project of the address."""
        return self.site.project(self.who, self.place)

    def item(self, number: int, *, is_deleted: bool = False) -> WorkItem:
        """Return a work item, of the project in the address where there is one."""
        found = self.site.item(self.who, number, is_deleted=is_deleted)
        if self.place and found.project != self.project.id:
            raise no_item(number)
        return found

    def text(self, name: str, default: str = "") -> str:
        """Return a word of the query string; names ignore case, as the service does."""
        for key, value in self.request.args.items():
            if key.casefold() == name.casefold():
                return value
        return default

    def switch(self, name: str) -> bool:
        """Return a switch of the query string."""
        return self.text(name).casefold() == "true"

    def expand(self) -> str:
        """Return what is to be shown beside the fields."""
        return self.text("$expand", "none").casefold()

    def number(self, name: str, default: int) -> int:
        """Return a number of the query string."""
        raw = self.text(name)
        try:
            return int(raw) if raw else default
        except ValueError as error:
            raise bad_request(f"The value '{raw}' of {name} is not a number.") from error

    def words(self, name: str) -> list[str]:
        """Return a list of the query string with commas between."""
        return [word.strip() for word in self.text(name).split(",") if word.strip()]

    def fields(self) -> Mapping[str, None] | None:
        """Return the reference names of the fields asked for, None for all."""
        return field_names(self.words("fields"))

    def body(self, content_type: str = PLAIN_JSON) -> Any:
        """Return the body; another content type than the endpoint's is refused."""
        self.require_type(content_type)
        try:
            return json.loads(self.request.get_data())
        except ValueError as error:
            raise bad_request("The body of the request is not valid JSON.") from error

    def object(self) -> Json:
        """Return the body, which must be an object."""
        found = self.body()
        if not isinstance(found, dict):
            raise bad_request("Value cannot be null.")
        return found

    def require_type(self, content_type: str) -> None:
        """Refuse another content type."""
        if self.request.mimetype != content_type:
            message = (
                f'The request indicated a Content-Type of "{self.request.mimetype}" for method '
                f'type "{self.request.method}" which is not supported. '
                f"Valid content types for this method are: {content_type}."
            )
            raise VssError(
                400, message, "VssRequestContentTypeNotSupportedException", namespace=_WEB_API
            )


Endpoint = Callable[..., Response]
Route = tuple[str, str, Endpoint]


def field_names(names: list[str]) -> Mapping[str, None] | None:
    """Return reference names for the names of fields, None for no names."""
    return dict.fromkeys(find_field(name).ref for name in names) if names else None


def require_version(request: Request, *, is_preview: bool) -> None:
    """Refuse a call whose API version is missing, unknown, or not the preview that it must be."""
    accept = re.search(r"api-version=([^;,\s]+)", request.headers.get("Accept", ""))
    version = request.args.get("api-version") or (accept[1] if accept else "")
    if not version:
        if request.method in _BODIES:
            raise VssError(
                400,
                f'No api-version was supplied for the "{request.method}" request. The version must '
                'be supplied either as part of the Accept header (e.g. "application/json; '
                'api-version=1.0") or as a query parameter (e.g. "?api-version=1.0").',
                "VssVersionNotSpecifiedException",
                namespace=_WEB_API,
            )
        return
    if not re.fullmatch(r"[1-7]\.\d(-preview(\.\d+)?)?", version):
        raise VssError(
            400,
            f'The requested REST API version of "{version}" is out of range for this server. '
            "The latest REST API version this server supports is 7.1.",
            "VssVersionOutOfRangeException",
            namespace=_WEB_API,
        )
    if is_preview and "-preview" not in version:
        raise VssError(
            400,
            f'The requested version "{version}" of the resource is under preview. The -preview '
            "flag must be supplied in the api-version for such requests. "
            f'For example: "{version}-preview"',
            "VssInvalidPreviewVersionException",
            namespace=_WEB_API,
        )


def answer(body: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """Return JSON."""
    text = json.dumps(body, ensure_ascii=False)
    return Response(text, status, dict(headers or {}), content_type=_JSON)


def listing(found: list[Any], headers: Mapping[str, str] | None = None) -> Response:
    """Return a list as the service wraps it."""
    return answer({"count": len(found), "value": found}, headers=headers)


def nothing() -> Response:
    """Return success without a body."""
    return Response(status=200, content_type=_JSON)
