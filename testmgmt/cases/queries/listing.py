"""What a list of cases can be asked, by the API and by the repository alike."""

import json
import math
import re
from typing import Any

from django.db.models import F, JSONField, Q, Value
from django.db.models.fields.json import KeyTransform, KeyTransformExact
from django.http import QueryDict
from rest_framework.exceptions import ValidationError

from testmgmt.api.filters import Filter, Listing, choice, contains, ids, moment, text
from testmgmt.cases.models import Case
from testmgmt.core.ids import read_id

NO_SECTION = "none"


def _sections(value: str) -> Q:
    return Q(section=None) if value == NO_SECTION else ids("section", "").parse(value)


def _tagged(value: str) -> Q:
    tagged = Case.tags.through.objects.filter(tag__name__iexact=value)
    return Q(pk__in=tagged.values("case_id"))


def _spellings(value: str) -> set[str]:
    """SQLite folds the case of ASCII letters only; other words are tried as people write them."""
    if value.isascii():
        return {value}
    return {value, value.lower(), value.upper(), value.capitalize()}


def _found(value: str) -> Q:
    number = value.strip().upper().removeprefix("C-")
    pk = read_id(number)
    found = Q() if pk is None else Q(pk=pk)
    for words in _spellings(value.strip()):
        found |= Q(title__icontains=words) | Q(references__icontains=words)
    return found


CUSTOM = "cf."
_SLUG = re.compile(r"[a-z0-9_-]{1,60}")


def _of_json(value: str) -> Any:
    """Read a number or a truth value; everything else is the text that it is."""
    try:
        read = json.loads(value)
    except ValueError:
        return value
    return read if isinstance(read, int | float) and math.isfinite(read) else value


def _holds(slug: str, value: str) -> Q:
    """Match by expression: a slug such as `in` would be a lookup in the name of an argument."""
    field = KeyTransform(slug, F("current__custom"))
    found = Q()
    for wanted in (value, _of_json(value)):
        found |= Q(KeyTransformExact(field, Value(wanted, JSONField())))
    return found


def custom_condition(query: QueryDict) -> Q:
    """Match the project's own fields: `?cf.risk=High`; numbers and truth values as in JSON."""
    found = Q()
    for name in query:
        slug = name.removeprefix(CUSTOM)
        if slug == name:
            continue
        if not _SLUG.fullmatch(slug):
            raise ValidationError({name: "That is no field of a project."})
        for value in query.getlist(name):
            if "\0" in value:
                raise ValidationError({name: "This holds a character that nothing holds (NUL)."})
            found &= _holds(slug, value)
    return found


_PRIORITY = choice("priority", "Slug or name of a priority, or several separated by commas.")

LISTING = Listing(
    filters={
        "id": ids("id", "One id or several, separated by commas."),
        "section": Filter(_sections, "Ids of sections, or none for cases that lie in no section."),
        "tag": Filter(_tagged, "A tag; given twice, a case needs both."),
        "priority": _PRIORITY,
        "priority__in": _PRIORITY,
        "type": choice("type", "Slug or name of a type, or several separated by commas."),
        "state": choice("state", "Slug or name of a state, or several separated by commas."),
        "last_status": choice("last_status", "Slug or name of the newest result's status."),
        "template": text("template", "steps, text, exploratory or bdd."),
        "owner": text("owner__username", "Username of the owner."),
        "assignee": text("assignee__username", "Username of the assignee."),
        "updated__gte": moment("updated_at__gte", "Changed at or after this time."),
        "updated__lt": moment("updated_at__lt", "Changed before this time."),
        "created__gte": moment("created_at__gte", "Made at or after this time."),
        "search": Filter(_found, "Words of the title or the references, or a key such as C-12."),
    },
    orders={
        "id": "id",
        "title": "title",
        "position": "position",
        "priority": "priority__position",
        "type": "type__position",
        "state": "state__position",
        "last_status": "last_status__position",
        "last_result": "last_result_at",
        "created": "created_at",
        "updated": "updated_at",
    },
)

SECTIONS = Listing(
    filters={
        "id": ids("id", "One id or several, separated by commas."),
        "parent": Filter(
            lambda value: Q(parent=None) if value == NO_SECTION else ids("parent", "").parse(value),
            "Ids of parents, or none for the roots.",
        ),
        "search": contains("name"),
        "updated__gte": moment("updated_at__gte", "Changed at or after this time."),
    },
    orders={"id": "id", "name": "name", "position": "position", "updated": "updated_at"},
)
