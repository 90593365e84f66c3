"""The rules of a connection: a draft, published versions, what is wrong with a document."""

import re
from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F, Max
from django.db.models.functions import Now

from integrations.base.errors import ConnectorError
from integrations.base.items import FieldSpec, Schema
from integrations.engine.rules import FieldRule, Rules, RulesError, parse, unfit
from integrations.engine.state import SIDES, Side
from integrations.models import Connection, ConnectionVersion, SyncTask
from integrations.services.engines import connector_of
from integrations.services.rights import connection_for
from integrations.store import connection_endpoints
from testmgmt.accounts.models import User
from testmgmt.core import audit
from testmgmt.core.errors import DomainError, NotFoundError
from testmgmt.core.permissions import Action

DRAFT_NUMBER = 0
"""A draft has no number of its own yet; so there is one at most."""

MAX_PROBLEMS = 50
_ENTRY = re.compile(r"(types|fields)\[(\d+)\]")


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a value of a rules document."""

    path: str
    message: str


def valid_rules(document: Any) -> Any:
    """Return a rules document that can be read, or say where it is wrong."""
    try:
        parse(document)
    except RulesError as error:
        raise DomainError(str(error), field=error.path, code="rules_invalid") from error
    return document


@transaction.atomic
def publish_rules(*, user: User, connection_id: UUID, document: Any) -> ConnectionVersion:
    """Publish new rules as the next version; what the old ones held is tried again."""
    connection = connection_for(user, connection_id, Action.CONFIGURE)
    rules = valid_rules(document)
    last = connection.versions.aggregate(last=Max("number"))["last"] or 0
    connection.versions.filter(state=ConnectionVersion.State.PUBLISHED).update(
        state=ConnectionVersion.State.ARCHIVED
    )
    version = ConnectionVersion.objects.create(
        connection=connection,
        number=last + 1,
        rules=rules,
        state=ConnectionVersion.State.PUBLISHED,
        created_by=user,
    )
    held = SyncTask.objects.filter(
        connection=connection, link__conflicts__resolved_at=None, link__conflicts__isnull=False
    )
    SyncTask.objects.filter(pk__in=held.values("pk")).update(
        generation=F("generation") + 1, due_at=Now(), why="rules", state=SyncTask.State.READY
    )
    audit.record(
        user_id=user.pk, project_id=connection.project_id, action="published", target=version
    )
    return version


@transaction.atomic
def save_draft(*, user: User, connection_id: UUID, document: Any) -> ConnectionVersion:
    """Keep rules that hold for nothing yet; they replace the draft before them."""
    connection = connection_for(user, connection_id, Action.CONFIGURE)
    draft, _ = ConnectionVersion.objects.update_or_create(
        connection=connection,
        number=DRAFT_NUMBER,
        defaults={
            "rules": valid_rules(document),
            "state": ConnectionVersion.State.DRAFT,
            "created_by": user,
        },
    )
    return draft


@transaction.atomic
def publish_draft(*, user: User, connection_id: UUID) -> ConnectionVersion:
    """Let the draft hold from now."""
    connection = connection_for(user, connection_id, Action.CONFIGURE)
    draft = connection.versions.filter(state=ConnectionVersion.State.DRAFT).first()
    if draft is None:
        raise NotFoundError("There is no draft.")
    draft.delete()
    return publish_rules(user=user, connection_id=connection_id, document=draft.rules)


def publish_again(*, user: User, connection_id: UUID, number: int) -> ConnectionVersion:
    """Let the rules of an earlier version hold again, as a version of its own."""
    connection = connection_for(user, connection_id, Action.CONFIGURE)
    known = connection.versions.exclude(state=ConnectionVersion.State.DRAFT)
    version = known.filter(number=number).first()
    if version is None:
        raise NotFoundError("There is no such version.")
    return publish_rules(user=user, connection_id=connection_id, document=version.rules)


def problems_of(*, user: User, connection_id: UUID, document: Any) -> list[Problem]:
    """Say all that is wrong with rules: in themselves, and against what both sides can hold."""
    connection = connection_for(user, connection_id, Action.CONFIGURE)
    rules, found = _read(document)
    if rules is not None:
        found += _unfit(connection, rules)
    return found[:MAX_PROBLEMS]


def _read(document: Any) -> tuple[Rules | None, list[Problem]]:
    """Read a document; each wrong entry is told and left out, so that the next one is found."""
    left, problems = deepcopy(document), list[Problem]()
    places = {name: list(range(MAX_PROBLEMS * 20)) for name in ("types", "fields")}
    while len(problems) < MAX_PROBLEMS:
        try:
            rules = parse(left)
        except RulesError as error:
            entry = _ENTRY.match(error.path)
            path = error.path
            if entry is not None:
                name, index = entry[1], int(entry[2])
                path = f"{name}[{places[name].pop(index)}]{path[entry.end() :]}"
                del left[name][index]
            problems.append(Problem(path, error.message))
            if entry is None and not _without(left, error.path):
                return None, problems
        else:
            return (None if problems else rules), problems
    return None, problems


def _without(document: Any, path: str) -> bool:
    """Take a wrong member away from a document; False where it cannot do without it."""
    name = re.split(r"[.\[]", path)[0]
    if name in {"", "version", "types", "fields"} or not isinstance(document, dict):
        return False
    return document.pop(name, None) is not None


def unwritable_fields(connection: Connection, rules: Rules) -> list[tuple[str, str]]:
    """Return (mapped field, words) for those that our accounts may not write."""
    return [
        (rule.id, problem.message)
        for side, schema in _schemas(connection).items()
        for index, rule in enumerate(rules.fields)
        if (spec := _specs(side, schema, rules).get(rule.name(side))) is not None
        for problem in _unwritable(side, index, rule, spec)
    ]


def _schemas(connection: Connection) -> Mapping[Side, Schema]:
    """Return what both sides can hold, asked of them now."""
    try:
        return {
            side: connector_of(end.system).schema(end.scope)
            for side, end in connection_endpoints(connection).items()
        }
    except ConnectorError as error:
        raise DomainError(str(error), code="connection_failed") from error


def _specs(side: Side, schema: Schema, rules: Rules) -> Mapping[str, FieldSpec]:
    """Return the fields of the types that are synced."""
    mapped = {pair.a if side == "a" else pair.b for pair in rules.types}
    return {spec.id: spec for one in schema.types if one.name in mapped for spec in one.fields}


def _unfit(connection: Connection, rules: Rules) -> list[Problem]:
    """Say which types, fields and values one of the sides does not have."""
    schemas = _schemas(connection)
    found = [problem for side in SIDES for problem in _unfit_side(side, schemas[side], rules)]
    return found + [Problem(error.path, error.message) for error in unfit(rules, schemas)]


def _unfit_side(side: Side, schema: Schema, rules: Rules) -> Iterator[Problem]:
    types = {one.name for one in schema.types}
    mapped = [pair.a if side == "a" else pair.b for pair in rules.types]
    for index, name in enumerate(mapped):
        if name not in types:
            yield Problem(f"types[{index}].{side}", f"there is no type {name} on this side")
    specs = _specs(side, schema, rules)
    for index, rule in enumerate(rules.fields):
        if not rule.name(side):
            continue
        if rule.name(side) not in specs:
            message = f"there is no field {rule.name(side)} on this side"
            yield Problem(f"fields[{index}].{side}", message)
        else:
            yield from _unwritable(side, index, rule, specs[rule.name(side)])
    yield from _unfilled(side, specs, rules)


def _unwritable(side: Side, index: int, rule: FieldRule, spec: FieldSpec) -> Iterator[Problem]:
    receives = bool(rule.senders - {side})
    if receives and not spec.is_writable:
        yield Problem(f"fields[{index}].{side}", f"{spec.name} cannot be written")


def _unfilled(side: Side, specs: Mapping[str, FieldSpec], rules: Rules) -> Iterator[Problem]:
    """A field that a new item needs and that nothing fills makes every creation fail."""
    filled = {rule.name(side) for rule in rules.fields if rule.senders - {side}}
    filled |= rules.created_with(side, {}).keys()
    for spec in specs.values():
        if spec.is_required and not spec.has_default and spec.id not in filled:
            yield Problem("fields", f"{spec.name} ({spec.id}) is required and nothing fills it")
