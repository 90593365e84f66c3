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
    found = _COLUMNS.get(name.lower())
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


def _columns() -> dict[str, Column]:
    found: dict[str, Column] = {}
    for field in FIELDS.values():
        known = _of_field(field)
        if known is not None:
            found.update(dict.fromkeys([name.lower() for name in field.clauses], known))
    key, person = Key(), _resolve_person
    created, updated = Moment(lambda issue: issue.created), Moment(lambda issue: issue.updated)
    resolved = Moment(lambda issue: issue.resolved)
    statuses = {status.id: status.name for status in STATUSES.values()}
    categories = {str(status.category.id): status.category.name for status in STATUSES.values()} | {
        status.category.key: status.category.name for status in STATUSES.values()
    }
    priorities = {option.id: option.name for option in PRIORITIES}
    resolutions = {option.id: option.name for option in RESOLUTIONS}
    type_ = Chosen(lambda i: [i.type], _by_name({t.id: t.name for t in TYPES.values()}))
    due = Moment(_due)
    return found | {
        "project": Chosen(
            lambda i: [i.project], _resolve_project, _place([p.id for p in PROJECTS])
        ),
        "key": key,
        "issuekey": key,
        "issue": key,
        "id": key,
        "issuetype": type_,
        "type": type_,
        "status": Chosen(lambda i: [i.status], _by_name(statuses), _place(statuses)),
        "statuscategory": Chosen(
            lambda i: [STATUSES[i.status].category.key, str(STATUSES[i.status].category.id)],
            _by_name(categories),
        ),
        "priority": Chosen(_value("priority"), _by_name(priorities), _place(priorities)),
        "resolution": Chosen(_value("resolution"), _by_name(resolutions)),
        "labels": Chosen(_value("labels"), _resolve_label),
        "assignee": Chosen(_value("assignee"), person),
        "reporter": Chosen(_value("reporter"), person),
        "creator": Chosen(lambda i: [i.creator], person),
        "created": created,
        "createddate": created,
        "updated": updated,
        "updateddate": updated,
        "resolved": resolved,
        "resolutiondate": resolved,
        "due": due,
        "duedate": due,
        "text": Words(_all_text),
        "comment": Words(_comments),
    }


_COLUMNS = _columns()
