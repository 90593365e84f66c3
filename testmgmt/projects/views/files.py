"""Downloads: images show in the page, everything else only leaves as a file."""

from django.http import FileResponse
from django.utils.http import content_disposition_header

from testmgmt.accounts.requests import AuthedRequest
from testmgmt.core.attachments import path_of
from testmgmt.core.files import IMAGES, TEXT
from testmgmt.projects import queries


def download(request: AuthedRequest, pk: int) -> FileResponse:
    """Send a file of a project that I may see."""
    attachment = queries.attachment_of(request.user, pk)
    is_image = attachment.mime in IMAGES
    kind = f"{TEXT}; charset=utf-8" if attachment.mime == TEXT else attachment.mime
    response = FileResponse(path_of(attachment.blob_id).open("rb"), content_type=kind)
    shown = content_disposition_header(as_attachment=not is_image, filename=attachment.name)
    response["Content-Disposition"] = shown or "inline"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, max-age=3600"
    return response
