"""Every refusal is a problem document (RFC 9457) with a code that programs may rely on."""

import http
import uuid
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404
from rest_framework.exceptions import APIException, ErrorDetail, ValidationError
from rest_framework.response import Response
from rest_framework.views import exception_handler

from testmgmt.core.errors import DomainError

CONTENT_TYPE = "application/problem+json"
_NO_FIELD = "non_field_errors"


def _texts(detail: Any) -> list[Any]:
    if isinstance(detail, dict):
        return [{name: _texts(value) for name, value in detail.items()}]
    if isinstance(detail, list):
        return [text for entry in detail for text in _texts(entry)]
    return [str(detail)]


def _first(errors: dict[str, list[Any]]) -> str:
    name, texts = next(iter(errors.items()), ("", ["The input is not valid."]))
    return f"{name}: {texts[0]}" if name and name != _NO_FIELD else str(texts[0])


def problem(status: int, code: str, detail: str, errors: dict[str, list[Any]]) -> dict[str, Any]:
    """Return a problem document."""
    body: dict[str, Any] = {
        "type": f"urn:testmgmt:problem:{code}",
        "title": http.HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "code": code,
        "request_id": uuid.uuid4().hex,
    }
    if errors:
        body["errors"] = errors
    return body


def _of_framework(error: APIException) -> dict[str, Any]:
    status = error.status_code
    if isinstance(error, ValidationError):
        fields = error.detail if isinstance(error.detail, dict) else {_NO_FIELD: error.detail}
        errors = {name: _texts(value) for name, value in fields.items()}
        return problem(status, "invalid", _first(errors), errors)
    detail = error.detail
    code = detail.code if isinstance(detail, ErrorDetail) else error.default_code
    return problem(status, str(code), str(detail), {})


def _body_of(error: Exception) -> dict[str, Any] | None:
    if isinstance(error, DomainError):
        errors = {error.field: [error.message]} if error.field else {}
        return problem(error.status, error.code, error.message, errors)
    if isinstance(error, Http404):
        return problem(404, "not_found", "There is no such thing here.", {})
    if isinstance(error, PermissionDenied):
        return problem(403, "forbidden", "You may not do this.", {})
    return _of_framework(error) if isinstance(error, APIException) else None


def problem_response(error: Exception, context: dict[str, Any]) -> Response | None:
    """Turn an error into its answer; None lets a real fault become a 500."""
    body = _body_of(error)
    if body is None:
        return None
    framework = exception_handler(error, context)  # keeps WWW-Authenticate, Retry-After, rollback
    response = framework or Response(status=body["status"])
    response.data = body
    response.content_type = CONTENT_TYPE
    return response
