"""Calls held against the vendors' interface documents, which live beside the repository."""

import json
import os
import re
from functools import cache
from http.client import NO_CONTENT
from pathlib import Path
from typing import Any

import pytest
import requests
from openapi_core import Config, OpenAPI
from openapi_core.contrib.requests import RequestsOpenAPIRequest, RequestsOpenAPIResponse
from openapi_core.exceptions import OpenAPIError
from openapi_core.validation.response.exceptions import MissingData

_ROOT = Path(__file__).parent.parent
# The rebuilt document of Data Center knows neither lists, numbers nor null as values of fields;
# GitHub's says in words that null takes a milestone off, and does not let it through.
_MISTAKES = {
    "jira-server": re.compile(r"fields/\w+: "),
    "github": re.compile(r"milestone: None is not valid"),
}
_NEVER = re.compile(r"(?!)")


def has_contracts() -> bool:
    """Say whether calls can be checked; on CI they must be."""
    return _folder().is_dir() or os.environ.get("CI") == "true"


def contracts() -> Path:
    """Return the folder of contracts; without it the test is skipped, on CI it fails."""
    if _folder().is_dir():
        return _folder()
    reason = f"No contracts at {_folder()}: set SHARED_DIR."
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


def sample(name: str) -> Any:
    """Return a captured payload by its path under the contracts."""
    return json.loads((contracts() / name).read_text(encoding="utf-8"))


def violations(spec: str, response: requests.Response) -> list[str]:
    """Return how a call and its answer break a contract, such as `jira-cloud`."""
    return request_violations(spec, response) + response_violations(spec, response)


def request_violations(spec: str, response: requests.Response) -> list[str]:
    """Return how the request alone breaks a contract."""
    try:
        _api(spec).validate_request(RequestsOpenAPIRequest(response.request))
    except OpenAPIError as error:
        mistake = _MISTAKES.get(spec, _NEVER)
        return [f"request: {text}" for text in _texts(error) if not mistake.match(text)]
    return []


def response_violations(spec: str, response: requests.Response) -> list[str]:
    """Return how the answer alone breaks a contract."""
    bare = response.request.copy()
    bare.body = b""  # a streamed upload cannot be read again, and is not looked at here
    request = RequestsOpenAPIRequest(bare)
    try:
        _api(spec).validate_response(request, RequestsOpenAPIResponse(response))
    except MissingData:
        # The documents give even 204 a content type, with a schema that allows anything.
        return [] if response.status_code == NO_CONTENT else ["response: no body"]
    except OpenAPIError as error:
        return [f"response: {text}" for text in _texts(error)]
    return []


def _folder() -> Path:
    return Path(os.environ.get("SHARED_DIR", _ROOT.parent / "shared")) / "contracts"


@cache
def _api(spec: str) -> OpenAPI:
    deserializers = {
        "application/json-patch+json": json.loads,
        "application/octet-stream": _as_characters,
        "text/plain": _as_it_is,
        "text/html": _as_it_is,
    }
    config = Config(extra_media_type_deserializers=deserializers)
    return OpenAPI.from_file_path(str(contracts() / f"{spec}.openapi.json"), config=config)


def _as_it_is(content: bytes) -> bytes:
    return content


def _as_characters(content: bytes) -> str:
    """Return bytes as the string that the documents take a file for."""
    return content.decode("latin-1")


def _texts(error: BaseException) -> list[str]:
    cause: BaseException | None = error
    while cause is not None:
        found = getattr(cause, "schema_errors", None)
        if found:
            return [f"{'/'.join(map(str, one.absolute_path))}: {one.message}" for one in found]
        cause = cause.__cause__
    return [repr(error)]
