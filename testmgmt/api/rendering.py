"""JSON by orjson, both ways."""

from collections.abc import Mapping
from decimal import Decimal
from typing import IO, Any

import orjson
from django.utils.functional import Promise
from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer

OPTIONS = orjson.OPT_UTC_Z | orjson.OPT_NAIVE_UTC | orjson.OPT_NON_STR_KEYS


def _plain(value: Any) -> Any:
    if isinstance(value, Promise | Decimal):
        return str(value)
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, set | frozenset):
        return sorted(value)
    raise TypeError(f"{type(value)} is not JSON")


class OrjsonRenderer(BaseRenderer):
    """Answers in JSON; times in UTC with Z."""

    media_type = "application/json"
    format = "json"
    charset = None

    def render(
        self,
        data: Any,
        accepted_media_type: str | None = None,  # noqa: ARG002  the framework's signature
        renderer_context: Mapping[str, Any] | None = None,  # noqa: ARG002  the framework's signature
    ) -> bytes:
        """Return the bytes; nothing for no content."""
        return b"" if data is None else orjson.dumps(data, _plain, OPTIONS)


class OrjsonParser(BaseParser):
    """Reads JSON bodies."""

    media_type = "application/json"

    def parse(
        self,
        stream: IO[bytes],
        media_type: str | None = None,  # noqa: ARG002  the framework's signature
        parser_context: Mapping[str, Any] | None = None,  # noqa: ARG002  the framework's signature
    ) -> Any:
        """Return what the body says; a broken one names the place."""
        try:
            return orjson.loads(stream.read() or b"{}")
        except orjson.JSONDecodeError as error:
            raise ParseError(f"The body is not JSON: {error}") from error
