"""Values that callers send, made into what is stored, or refused with the service's words."""

from collections.abc import Callable, Mapping
from typing import Any

from integrations.sandbox.azure_devops import text, times
from integrations.sandbox.azure_devops.catalogue import Field, Kind, Project
from integrations.sandbox.azure_devops.errors import RuleError, VssError
from integrations.sandbox.azure_devops.organization import Organization
from integrations.sandbox.azure_devops.times import stamp

MAX_LINE = 255
MAX_TEXT = 1_000_000
_GROUPS = {"System.AreaPath": "areas", "System.IterationPath": "iterations"}


class BrokenRuleError(Exception):
    """A value that a rule forbids."""

    def __init__(self, rule: RuleError) -> None:
        super().__init__(rule.message)
        self.rule = rule


def store(
    site: Organization, project: Project, field: Field, raw: Any, *, is_markdown: bool
) -> Any:
    """Return a value as it is stored, None where it empties the field."""
    if raw is None or raw == "":
        return None
    if field.is_identity:
        return _person(site, field, raw)
    if field.kind is Kind.TREE:
        return _path(project, field, str(raw))
    read = _READERS.get(field.kind)
    if read is None:
        return _words(field, str(raw), is_markdown=is_markdown)
    return _listed(field, read(field, raw))


def _words(field: Field, raw: str, *, is_markdown: bool) -> Any:
    if field.kind is Kind.LINE:
        if len(raw) > MAX_LINE:
            raise _broken(field, "invalidTooLong")
        if "\n" in raw or "\r" in raw:
            raise _broken(field, "invalidCharacters")
        return _listed(field, raw.strip()) or None
    if len(raw) > MAX_TEXT:
        raise _broken(field, "invalidTooLong")
    if field.kind is Kind.TEXT:
        return raw
    return text.keep_markdown(raw) if is_markdown else text.keep_html(raw)


def _listed(field: Field, value: Any) -> Any:
    if not field.options:
        return value
    for option in field.options:
        if str(option).casefold() == str(value).casefold():
            return option
    raise BrokenRuleError(RuleError.not_listed(field.ref, field.name, value))


def _number(field: Field, raw: Any) -> int | float:
    if isinstance(raw, bool):
        raise _broken(field, "invalidType")
    try:
        return int(raw) if field.kind is Kind.INTEGER else float(raw)
    except (TypeError, ValueError) as error:
        raise _broken(field, "invalidType") from error


def _switch(field: Field, raw: Any) -> bool:
    known = {"true": True, "false": False, "1": True, "0": False}
    if str(raw).lower() not in known:
        raise _broken(field, "invalidType")
    return known[str(raw).lower()]


def _date(field: Field, raw: Any) -> str:
    try:
        return stamp(times.read(str(raw)))
    except ValueError as error:
        raise _broken(field, "invalidDate") from error


def _path(project: Project, field: Field, raw: str) -> str:
    found = project.path(_GROUPS[field.ref], raw)
    if found is None:
        message = f"TF401347: Invalid tree name given for work item -1, field '{field.ref}'."
        raise VssError(400, message, "WorkItemFieldInvalidTreeNameException")
    return found


def _person(site: Organization, field: Field, raw: Any) -> str:
    known = ("uniqueName", "descriptor", "id", "displayName")
    words = [raw.get(key) for key in known] if isinstance(raw, dict) else [raw]
    wanted = next((str(word) for word in words if word), "")
    found = site.person(wanted)
    if found is None:
        message = f"The identity value '{wanted}' for field '{field.name}' is an unknown identity."
        raise VssError(
            400, message, "RuleValidationException", properties={"ReferenceName": field.ref}
        )
    return found.name


def _broken(field: Field, flag: str) -> BrokenRuleError:
    return BrokenRuleError(RuleError.of(field.ref, field.name, flag))


_READERS: Mapping[Kind, Callable[[Field, Any], Any]] = {
    Kind.INTEGER: _number,
    Kind.NUMBER: _number,
    Kind.SWITCH: _switch,
    Kind.DATE: _date,
}
