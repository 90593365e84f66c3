"""What a case may say: each field's check, one table for new cases and for changes."""

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any

from testmgmt.cases.domain.custom import check_required, merged_custom
from testmgmt.cases.domain.steps import MAX_TEXT, as_json, from_json, settled
from testmgmt.cases.models import Case
from testmgmt.cases.queries.values import CHOICES, PEOPLE
from testmgmt.cases.services.vocabulary import Vocabulary
from testmgmt.core.errors import DomainError

MAX_SECONDS = 2_147_483_647
DRAFT = "draft"

Check = Callable[[Any, Any, Vocabulary], Any]  # what is wanted, what was, what is offered


def _text(name: str, limit: int, value: str, _before: Any, _words: Vocabulary) -> str:
    if "\0" in value:
        raise DomainError("This holds a character that cannot be stored (NUL).", field=name)
    if len(value) > limit:
        raise DomainError(f"This is longer than {limit:,} characters.", field=name)
    return value


def _title(value: str, before: Any, words: Vocabulary) -> str:
    title = " ".join(value.split())
    if not title:
        raise DomainError("A case needs a title.", field="title", code="required")
    return _text("title", 500, title, before, words)


def _template(value: str, _before: Any, _words: Vocabulary) -> str:
    if value not in Case.Template.values:
        offered = ", ".join(Case.Template.values)
        raise DomainError(f"“{value}” is no template; choose from: {offered}.", field="template")
    return value


def _choice(name: str, value: str, _before: Any, words: Vocabulary) -> str:
    return words.choice(name, value).slug


def _person(name: str, value: str, before: Any, words: Vocabulary) -> str:
    if value != before:  # whoever left the project stays where he stands
        words.person(name, value)
    return value


def _steps(value: Any, before: Any, _words: Vocabulary) -> list[dict[str, str]]:
    return as_json(settled(list(value), from_json(before or ())))


def _custom(value: Any, before: Any, words: Vocabulary) -> dict[str, Any]:
    return merged_custom(words.specs, before or {}, value)


def _tags(value: Iterable[str], _before: Any, words: Vocabulary) -> list[str]:
    return [tag.name for tag in words.tags(value)]


def _seconds(value: int | None, _before: Any, _words: Vocabulary) -> int | None:
    if value is not None and not 0 <= value <= MAX_SECONDS:
        raise DomainError("An estimate is a number of seconds.", field="estimate_seconds")
    return value


def _section(value: int | None, _before: Any, words: Vocabulary) -> int | None:
    words.check_section(value)
    return value


CHECKS: dict[str, Check] = {
    "title": _title,
    "description": partial(_text, "description", MAX_TEXT),
    "preconditions": partial(_text, "preconditions", MAX_TEXT),
    "expected": partial(_text, "expected", MAX_TEXT),
    "references": partial(_text, "references", 2000),
    "assignee_name": partial(_text, "assignee_name", 150),
    "note": partial(_text, "note", 255),
    "template": _template,
    "steps": _steps,
    "custom": _custom,
    "tags": _tags,
    "estimate_seconds": _seconds,
    "section_id": _section,
    **{name: partial(_choice, name) for name in CHOICES},
    **{name: partial(_person, name) for name in PEOPLE},
}


def checked(
    wanted: Mapping[str, Any], before: Mapping[str, Any], words: Vocabulary
) -> dict[str, Any]:
    """Return the wanted values in the form in which they are kept, or refuse them."""
    return {
        name: CHECKS[name](value, before.get(name), words) if name in CHECKS else value
        for name, value in wanted.items()
    }


def check_leaving_draft(
    before: Mapping[str, Any], after: Mapping[str, Any], words: Vocabulary
) -> None:
    """Ask for required values when a case leaves its draft; a first save needs a title only."""
    if before["state"] == DRAFT != after["state"]:
        check_required(words.specs, after["custom"])
