"""GitHub's payloads to our items, and our values to GitHub's."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any
from urllib.parse import quote
from uuid import UUID

from integrations.base import attribution
from integrations.base.errors import GoneError, InvalidError, TooLargeError
from integrations.base.items import (
    Comment,
    Found,
    Item,
    NewComment,
    Person,
    Ref,
    Rich,
    Value,
    Want,
)
from integrations.connectors.github.body import Body
from integrations.connectors.github.shapes import FIELDS, FILES, PLAIN_TYPE, state_of, status_of
from integrations.connectors.github.times import moment

Json = Mapping[str, Any]
MAX_TITLE = 256


def is_issue(raw: Json) -> bool:
    """Whether a row is no pull request; very old ones have the key, but nothing in it."""
    return not any((raw.get("pull_request") or {}).values())


def item_id(raw: Json) -> str:
    """Return the number, by which issues are called, and the id that tells whether it is ours.

    A number alone would do within a repository, until another one takes its name.
    """
    return f"{raw['number']}-{raw['id']}"


def number_of(id_: str) -> str:
    """Return the number in an item's id; it ends up in addresses."""
    number = id_.partition("-")[0]
    if not (number.isascii() and number.isdigit()):
        raise GoneError(f"GitHub has no issue of the number “{number}”.")
    return number


def repository_of(raw: Json) -> str:
    """Return the name of the repository where an issue is now."""
    return str(raw["repository_url"]).rpartition("/repos/")[2]


def person(raw: Json | None) -> Person | None:
    """Return somebody by the id that never changes; accounts that are gone are nobody."""
    if not raw:
        return None
    return Person(str(raw["id"]), raw.get("name") or raw["login"], raw.get("email") or None)


def rev_of(raw: Json, comments: Iterable[Comment] = ()) -> str:
    """Return a revision: the time counts seconds only, so the content is in it, too.

    Comments are in it where they were read, because an edited one need not move the issue's time.
    """
    shown = [
        raw["title"],
        raw.get("body"),
        status_of(raw),
        raw.get("comments"),
        sorted(_labels(raw)),
        sorted(each["id"] for each in raw.get("assignees") or []),
        (raw.get("milestone") or {}).get("number"),
        (raw.get("type") or {}).get("name"),
    ]
    rev = _rev(raw["updated_at"], repr(shown))
    said = [(one.id, one.rev) for one in comments]
    return _rev(rev, repr(said)) if said else rev


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads the payloads of one GitHub; `us` is our account's id there.

    `branch` is the one that links to files point to, empty for the repository's own default.
    """

    system: UUID
    us: str
    branch: str = ""

    def item(self, raw: Json, scope: str, want: Want, comments: Iterable[Json] = ()) -> Item:
        """Return an issue with what was asked for; no issue of GitHub has files of its own."""
        body = Body.read(raw.get("body"))
        said = [self.comment(each) for each in comments]
        return Item(
            ref=Ref(self.system, scope, item_id(raw)),
            key=_key(raw),
            url=raw["html_url"],
            type=_type(raw),
            fields={id_: self._value(raw, id_, body) for id_ in want.fields & set(FIELDS)},
            rev=rev_of(raw, said),
            created_at=moment(raw["created_at"]),
            updated_at=moment(raw["updated_at"]),
            is_author_us=self._is_us(raw.get("user")),
            marker=body.marker,
            comments=said if want.comments else None,
            attachments=[] if want.attachments else None,
        )

    def found(self, raw: Json, scope: str) -> Found:
        """Return an issue as a search shows it."""
        ref = Ref(self.system, scope, item_id(raw))
        return Found(ref, _key(raw), raw["html_url"], _type(raw), raw["title"], status_of(raw))

    def comment(self, raw: Json) -> Comment:
        """Return a comment; a marker counts only in what our own account wrote."""
        text = raw.get("body") or ""
        marker, rich = None, Body(text).rich or Rich("")
        if self._is_us(raw.get("user")):
            marker, md = attribution.split(rich.md)
            rich = replace(rich, md=md)
        return Comment(
            id=str(raw["id"]),
            author=person(raw.get("user")) or Person(None, "ghost"),
            body=rich,
            created_at=moment(raw["created_at"]),
            rev=_rev(raw["updated_at"], text),
            marker=marker,
        )

    def _value(self, raw: Json, id_: str, body: Body) -> Value:
        if id_ == FILES:
            repository = str(raw["html_url"]).rpartition("/issues/")[0]
            return f"{repository}/tree/{quote(self.branch or 'HEAD')}"
        return value(raw, id_, body)

    def _is_us(self, raw: Json | None) -> bool:
        return bool(raw) and str((raw or {}).get("id")) == self.us


def value(raw: Json, id_: str, body: Body) -> Value:
    """Return a field's value; labels, milestones and statuses go by name."""
    return body.rich if id_ == "body" else _VALUES[id_](raw)


@dataclass(frozen=True, slots=True)
class Places:
    """What a repository knows by names of its own: each turns ours into GitHub's or refuses it."""

    login: Callable[[Person], str]
    milestone: Callable[[str], int]
    labels: Callable[[frozenset[str]], Sequence[str]]


@dataclass(frozen=True, slots=True)
class Before:
    """What a write replaces: the body with its marker, and everybody assigned."""

    body: Body
    assignees: Sequence[str] = ()


def fields_of(changes: Mapping[str, Value], places: Places, before: Before) -> dict[str, Any]:
    """Return the body of a creation or of an edit."""
    refused = sorted(id_ for id_ in changes if id_ not in FIELDS or not FIELDS[id_].is_writable)
    if refused:
        message = "GitHub has no such field that can be written."
        raise InvalidError(message, fields=dict.fromkeys(refused, message), fix="Mend the mapping.")
    sent: dict[str, Any] = {}
    for id_ in sorted(changes):  # all assignees after the first one
        sent |= _WRITERS[id_](changes[id_], places, before)
    return sent


def title(new: Value) -> str:
    """Return a title as GitHub keeps it, in one line."""
    text = " ".join(str(new or "").split())
    if not text:
        message = "An issue needs a title."
        raise InvalidError(message, fields={"title": message})
    if len(text) > MAX_TITLE:
        message = f"GitHub takes titles of {MAX_TITLE} characters at most."
        raise TooLargeError(message, field="title", limit=MAX_TITLE)
    return text


def copied(comment: NewComment) -> str:
    """Return the text of a copied comment; the line that names its author is our marker."""
    return Body.write(attribution.compose(comment)).dump("comment")


def _body(new: Value, before: Before) -> str:
    md = new.md if isinstance(new, Rich) else str(new or "")
    return before.body.patched(md).dump("body")


def _state(new: Value) -> dict[str, str]:
    state = state_of(str(new))
    if state is None:
        message = f"GitHub has no status “{new}”."
        raise InvalidError(message, fields={"state": message}, fix="Mend the map of statuses.")
    return state


def _names(new: Value) -> frozenset[str]:
    return new if isinstance(new, frozenset) else frozenset({str(new)} if new else ())


def _assigned(new: Value, places: Places, before: Before) -> list[str]:
    """Replace the first of several assignees; the others stay."""
    first = [places.login(new)] if isinstance(new, Person) else []
    return list(dict.fromkeys([*first, *before.assignees[1:]]))


def _labels(raw: Json) -> list[str]:
    """Return names; GitHub's description allows a label to be just its name."""
    return [each if isinstance(each, str) else each["name"] for each in raw["labels"]]


def _key(raw: Json) -> str:
    return f"{repository_of(raw).rpartition('/')[2]}#{raw['number']}"


def _type(raw: Json) -> str:
    return str((raw.get("type") or {}).get("name") or PLAIN_TYPE)


def _rev(before: str, content: str) -> str:
    return f"{before} {sha256(content.encode()).hexdigest()[:16]}"


_VALUES: Mapping[str, Callable[[Json], Value]] = {
    "title": lambda raw: str(raw["title"]),
    "state": status_of,
    "labels": lambda raw: frozenset(_labels(raw)),
    "assignees": lambda raw: frozenset(each["login"] for each in raw.get("assignees") or []),
    "assignee": lambda raw: person(next(iter(raw.get("assignees") or []), None)),
    "user": lambda raw: person(raw.get("user")),
    "milestone": lambda raw: (raw.get("milestone") or {}).get("title"),
    "created_at": lambda raw: moment(raw["created_at"]),
    "closed_at": lambda raw: moment(raw["closed_at"]) if raw.get("closed_at") else None,
}
_WRITERS: Mapping[str, Callable[[Value, Places, Before], Mapping[str, Any]]] = {
    "title": lambda new, _places, _before: {"title": title(new)},
    "body": lambda new, _places, before: {"body": _body(new, before)},
    "state": lambda new, _places, _before: _state(new),
    "labels": lambda new, places, _before: {"labels": places.labels(_names(new))},
    "assignees": lambda new, _places, _before: {"assignees": sorted(_names(new))},
    "assignee": lambda new, places, before: {"assignees": _assigned(new, places, before)},
    "milestone": lambda new, places, _before: {
        "milestone": places.milestone(str(new)) if new else None
    },
}
