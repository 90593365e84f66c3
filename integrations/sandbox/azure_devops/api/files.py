"""Endpoints about files."""

import re
from urllib.parse import quote

from werkzeug import Response

from integrations.sandbox.azure_devops import files
from integrations.sandbox.azure_devops.accounts import WRITE
from integrations.sandbox.azure_devops.api.context import STREAM, Context, Route, answer
from integrations.sandbox.azure_devops.errors import bad_request, not_allowed
from integrations.sandbox.azure_devops.model import Json, Upload
from integrations.sandbox.azure_devops.organization import Organization

_SPAN = re.compile(r"bytes (\d+)-(\d+)/(\d+)")


def upload(context: Context) -> Response:
    """Keep a file, or prepare for its chunks."""
    _require_write(context)
    name = context.text("fileName")
    if context.text("uploadType").casefold() == "chunked":
        return answer(_reference(context, files.begin(context.site, context.who, name)), 200)
    context.require_type(STREAM)
    made = files.upload(context.site, context.who, name, context.request.get_data())
    return answer(_reference(context, made), 201)


def append(context: Context, id_: str) -> Response:
    """Keep the next chunk of a file."""
    _require_write(context)
    context.require_type(STREAM)
    span = _SPAN.fullmatch(context.request.headers.get("Content-Range", ""))
    if span is None:
        raise bad_request("The Content-Range header must be like: bytes 0-1023/4096")
    found = files.find(context.site, id_)
    first, last, total = int(span[1]), int(span[2]), int(span[3])
    grown = files.append(context.site, found, (first, last, total), context.request.get_data())
    return answer(_reference(context, grown), 201 if grown.size == grown.total else 200)


def download(context: Context, id_: str) -> Response:
    """Return the bytes of a file."""
    found = files.find(context.site, id_)
    return send(context.site, found, context.text("fileName") or found.name)


def send(site: Organization, found: Upload, name: str) -> Response:
    """Return the bytes of a file as an answer that no browser shows by itself."""
    headers = {
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}",
        "X-Content-Type-Options": "nosniff",
    }
    content = site.store.blob(found.id) if found.size else b""
    return Response(content, headers=headers, content_type=STREAM)


def _reference(context: Context, upload: Upload) -> Json:
    link = context.view.link(f"wit/attachments/{upload.id}")
    return {"id": upload.id, "url": f"{link}?fileName={quote(upload.name)}"}


def _require_write(context: Context) -> None:
    if not any(
        context.who.may(WRITE, project.key) for project in context.site.projects(context.who)
    ):
        raise not_allowed("You do not have permissions to upload attachments.")


ROUTES: list[Route] = [
    ("POST", "/wit/attachments", upload),
    ("PUT", "/wit/attachments/<id_>", append),
    ("GET", "/wit/attachments/<id_>", download),
]
