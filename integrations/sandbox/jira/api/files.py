"""Endpoints about attachments; Cloud sends a download on to a media address of one use."""

from werkzeug import Response
from werkzeug.utils import redirect

from integrations.sandbox.jira import files, reading
from integrations.sandbox.jira.api.context import Context, Route, answer, nothing
from integrations.sandbox.jira.errors import JiraError
from integrations.sandbox.jira.issue_view import attachment_json
from integrations.sandbox.jira.model import Attachment
from integrations.sandbox.jira.site import Site

_NO_CHECK = ("no-check", "nocheck")


def meta(_: Context) -> Response:
    """Say whether files are taken, and how large."""
    return answer({"enabled": True, "uploadLimit": files.UPLOAD_LIMIT})


def upload(context: Context, issue: str) -> Response:
    """Attach files; without the header Jira takes the call for an attack."""
    if context.request.headers.get("X-Atlassian-Token") not in _NO_CHECK:
        return Response("XSRF check failed", 403, content_type="text/html;charset=UTF-8")
    context.require_login()
    found = context.issue(issue)
    parts = context.request.files.getlist("file")
    if not parts:
        raise JiraError(400, ["The request holds no part named 'file'."])
    added = [
        files.attach(context.site, context.who, found, part.filename or "file", part.read())
        for part in parts
    ]
    return answer([attachment_json(context.view, one) for one in added])


def get(context: Context, attachment: str) -> Response:
    """Return an attachment without its bytes; its id is a number here on Cloud."""
    found = reading.attachment(context.site, context.who, attachment)
    body = attachment_json(context.view, found)
    return answer({**body, "id": int(found.id)} if context.is_cloud else body)


def delete(context: Context, attachment: str) -> Response:
    """Delete an attachment."""
    context.require_login()
    found = reading.attachment(context.site, context.who, attachment)
    files.delete(context.site, context.who, found)
    return nothing()


def content(context: Context, attachment: str) -> Response:
    """Send the caller on to the bytes, or give them where asked not to."""
    found = reading.attachment(context.site, context.who, attachment)
    if context.request.args.get("redirect") == "false":
        return send(context.site, found)
    ticket = files.issue_ticket(context.site, found)
    return redirect(f"{context.site.base_url}/media/{found.id}?token={ticket}", 303)


def send(site: Site, attachment: Attachment) -> Response:
    """Return the bytes, always as a download."""
    headers = {
        "Content-Disposition": "attachment",
        "X-Content-Type-Options": "nosniff",
    }
    content_type = attachment.mime
    return Response(site.store.blob(attachment.id), 200, headers, content_type=content_type)


ROUTES: list[Route] = [
    ("GET", "/attachment/meta", meta),
    ("GET", "/attachment/<attachment>", get),
    ("DELETE", "/attachment/<attachment>", delete),
    ("POST", "/issue/<issue>/attachments", upload),
]
CLOUD_ROUTES: list[Route] = [("GET", "/attachment/content/<attachment>", content)]
