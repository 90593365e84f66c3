"""The names that JQL knows, and how the values of each are found."""

from collections.abc import Callable, Collection, Mapping

from integrations.sandbox.jira import reading, times
from integrations.sandbox.jira.catalogue import (
    FIELDS,
    PRIORITIES,
    PROJECTS,
    RESOLUTIONS,
    STATUSES,
    TYPES,
    Field,
    Kind,
)
from integrations.sandbox.jira.columns import Asker, Chosen, Column, Key, Moment, Number, Words
from integrations.sandbox.jira.errors import JiraError
from integrations.sandbox.jira.jql import Value
from integrations.sandbox.jira.markup.writers import to_text
from integrations.sandbox.jira.model import Issue


def column(name: str) -> Column:
    """Return the field of that name."""
    known = name.lower()
    found = _COLUMNS.get(_OTHER_NAMES.get(known, known))
    if found is None:
        message = f"Field '{name}' does not exist or you do not have permission to view it."
        raise JiraError(400, [message])
    return found


def _resolve_project(value: Value, asker: Asker) -> Collection[str] | None:
    wanted = value.text.lower()
    visible = asker.site.projects(asker.who)
    return [p.id for p in visible if wanted in (p.id, p.key.lower(), p.name.lower())] or None


def _by_name(options: Mapping[str, str]) -> Callable[[Value, Asker], Collection[str] | None]:
    def resolve(value: Value, _: Asker) -> Collection[str] | None:
        wanted = value.text.lower()
        return [id_ for id_, name in options.items() if wanted in (id_, name.lower())] or None

    return resolve


def _resolve_person(value: Value, asker: Asker) -> Collection[str] | None:
    if value.call is not None:
        return [asker.who.name] if value.text == "currentuser" else None
    for account in asker.site.accounts.values():
        on_cloud = (account.account_id, account.email, account.display_name)
        on_server = (account.name, account.key, account.email, account.display_name)
        if value.text in (on_cloud if asker.site.face.deployment == "Cloud" else on_server):
            return [account.name]
    return None


def _resolve_label(value: Value, _: Asker) -> Collection[str]:
    return [value.text]


def _value(field_id: str) -> Callable[[Issue], Collection[str]]:
    def held(issue: Issue) -> Collection[str]:
        value = issue.values.get(field_id)
        return value if isinstance(value, list) else [value] if value else []

    return held


def _text_of(field: Field, issue: Issue, asker: Asker) -> str:
    stored = issue.values.get(field.id)
    if stored is None:
        return ""
    return to_text(asker.site.face.document(stored)) if field.kind is Kind.RICH else str(stored)


def _words(field: Field) -> Words:
    return Words(lambda issue, asker: _text_of(field, issue, asker), field.id)


def _comments(issue: Issue, asker: Asker) -> str:
    found = reading.comments(asker.site, asker.who, issue)
    return "\n".join(to_text(asker.site.face.document(comment.body)) for comment in found)


def _all_text(issue: Issue, asker: Asker) -> str:
    fields = [field for field in FIELDS.values() if field.kind in (Kind.LINE, Kind.RICH)]
    texts = [_text_of(field, issue, asker) for field in fields]
    return "\n".join([*texts, _comments(issue, asker)])


def _of_field(field: Field) -> Column | None:
    if field.kind in (Kind.LINE, Kind.RICH):
        return _words(field)
    if field.kind is Kind.NUMBER:
        return Number(field.id)
    if field.options:
        options = {option.id: option.name for option in field.options}
        return Chosen(_value(field.id), _by_name(options))
    return None


def _due(issue: Issue) -> int | None:
    due = issue.values.get("duedate")
    return times.read_time(due, "UTC", 0, is_quoted=True) if due else None


def _place(ids: Collection[str]) -> Callable[[str], int]:
    return list(ids).index


def _ref(get: Callable[[Issue], str], names: Mapping[str, str]) -> Chosen:
    return Chosen(lambda issue: [get(issue)], _by_name(names), _place(names))


def _category_of(issue: Issue) -> str:
    return STATUSES[issue.status].category.key


def _system_columns() -> dict[str, Column]:
    statuses = {status.id: status.name for status in STATUSES.values()}
    categories = {s.category.key: s.category.name for s in STATUSES.values()}
    priorities = {option.id: option.name for option in PRIORITIES}
    resolutions = {option.id: option.name for option in RESOLUTIONS}
    projects = _place([project.id for project in PROJECTS])
    return {
        "project": Chosen(lambda issue: [issue.project], _resolve_project, projects),
        "key": Key(),
        "issuetype": _ref(lambda issue: issue.type, {t.id: t.name for t in TYPES.values()}),
        "status": _ref(lambda issue: issue.status, statuses),
        "statuscategory": _ref(_category_of, categories),
        "priority": Chosen(_value("priority"), _by_name(priorities), _place(priorities)),
        "resolution": Chosen(_value("resolution"), _by_name(resolutions)),
        "labels": Chosen(_value("labels"), _resolve_label),
        "assignee": Chosen(_value("assignee"), _resolve_person),
        "reporter": Chosen(_value("reporter"), _resolve_person),
        "creator": Chosen(lambda issue: [issue.creator], _resolve_person),
        "created": Moment(lambda issue: issue.created),
        "updated": Moment(lambda issue: issue.updated),
        "resolved": Moment(lambda issue: issue.resolved),
        "due": Moment(_due),
        "text": Words(_all_text),
        "comment": Words(_comments),
    }


def _field_columns() -> dict[str, Column]:
    known = {field: _of_field(field) for field in FIELDS.values()}
    return {
        name.lower(): found
        for field, found in known.items()
        if found is not None
        for name in field.clauses
    }


_OTHER_NAMES = {
    "issuekey": "key",
    "issue": "key",
    "id": "key",
    "type": "issuetype",
    "createddate": "created",
    "updateddate": "updated",
    "resolutiondate": "resolved",
    "duedate": "due",
}
_COLUMNS = _field_columns() | _system_columns()
