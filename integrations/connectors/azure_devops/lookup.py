"""Finding the work item that a person means, by number, by address or by words of its title."""

import re
from collections.abc import Sequence
from urllib.parse import parse_qs, urlsplit

from integrations.base.items import Found, Ref
from integrations.connectors.azure_devops import wiql
from integrations.connectors.azure_devops.calls import Json
from integrations.connectors.azure_devops.shapes import STATE, TITLE
from integrations.connectors.azure_devops.site import Site

_FIELDS = ("System.Id", "System.TeamProject", "System.WorkItemType", TITLE, STATE)
_NUMBER = re.compile(r"(?:AB)?#?(\d{1,9})\Z", re.IGNORECASE)
_PATH = re.compile(r"/(?:_workitems/edit|workitems)/(\d{1,9})(?:/|\Z)", re.IGNORECASE)


def search(site: Site, scope: str, text: str, limit: int) -> Sequence[Found]:
    """Return what a text finds in a project, best first."""
    text = text.strip()
    if "://" in text:
        return _by_number(site, scope, _addressed(text, site.base_url))
    number = _NUMBER.match(text)
    named = _by_number(site, scope, number[1]) if number else []
    if named or not wiql.words(text):
        return named
    ids = site.client.query(scope, wiql.titled(text), limit)
    return _found(site, scope, ids)


def _addressed(url: str, base_url: str) -> str:
    """Return the number in an address of this organisation; that of another is another item."""
    if not url.casefold().startswith(f"{base_url.casefold()}/"):
        return ""
    parts = urlsplit(url)
    found = _PATH.search(parts.path)
    return found[1] if found else parse_qs(parts.query).get("workitem", [""])[0]


def _by_number(site: Site, scope: str, number: str) -> list[Found]:
    is_number = number.isascii() and number.isdigit()
    return _found(site, scope, [str(int(number))]) if is_number else []


def _found(site: Site, scope: str, ids: Sequence[str]) -> list[Found]:
    raw = site.client.fields_of(ids, _FIELDS) if ids else {}
    found = (_entry(site, raw[id_]) for id_ in ids if id_ in raw)
    return [one for one in found if one.ref.scope == scope.lower()]


def _entry(site: Site, raw: Json) -> Found:
    fields, id_ = raw["fields"], str(raw["id"])
    return Found(
        ref=Ref(site.system.id, site.scope_of(raw), id_),
        key=f"#{id_}",
        url=site.reader.address(raw),
        type=str(fields["System.WorkItemType"]),
        title=str(fields.get(TITLE, "")),
        status=str(fields.get(STATE, "")),
    )
