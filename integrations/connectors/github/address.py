"""From the address that people see to the address that programs call."""

import re
from urllib.parse import urlsplit

from integrations.base.addresses import checked_url

_REPOSITORY = re.compile(r"(?!\.\.?/)[\w.-]+/(?!\.\.?\Z)[\w.-]+", re.ASCII)
_OURS_TO_TEST = {"localhost", "127.0.0.1", "::1"}


def api_of(address: str) -> str:
    """Return the API's address for any page of a GitHub; a loopback address is taken as it is.

    https://docs.github.com/en/enterprise-server@3.17/rest/quickstart
    """
    text = address.strip().rstrip("/")
    host = (checked_url(text).hostname or "").removeprefix("www.")
    if host in _OURS_TO_TEST:
        return text
    if host in {"github.com", "api.github.com"}:
        return "https://api.github.com"
    if host.endswith(".ghe.com"):
        return f"https://api.{host.removeprefix('api.')}"
    parts = urlsplit(text)
    return f"{parts.scheme}://{parts.netloc}/api/v3"


def is_repository(name: str) -> bool:
    """Whether a text is owner and name of a repository: names end up in addresses."""
    return _REPOSITORY.fullmatch(name) is not None
