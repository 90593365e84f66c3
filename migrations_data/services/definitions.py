"""What a project offers, and what a mapping adds to it before the first case arrives."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from django.db import transaction

from migrations_data import queries, registry, uploads
from migrations_data.base.inventory import Inventory
from migrations_data.base.mapping import (
    CHOICES,
    CUSTOM,
    FieldRule,
    MappingDocument,
    ValueRule,
)
from migrations_data.base.source import Source, SourceError
from migrations_data.models import ImportJob
from testmgmt.projects.models import Choice, CustomField

_LISTED = frozenset({"choice", "multi"})


def source_of(import_job: ImportJob) -> Source:
    """Return the file of an import, ready to be read."""
    return registry.load(import_job.source)(uploads.path_of(import_job.sha256))


def completed(
    import_job: ImportJob, wanted: MappingDocument, inventory: Inventory
) -> MappingDocument:
    """Return a mapping with a rule for all that the file holds: what is wanted, and guesses."""
    vocabulary = queries.vocabulary_of(import_job.project_id)
    return wanted.over(source_of(import_job).suggest(inventory, vocabulary, wanted.fields))


@transaction.atomic
def define(
    project_id: int, mapping: MappingDocument, inventory: Mapping[str, Any]
) -> MappingDocument:
    """Create the choices and fields that a mapping asks for; doing it again changes nothing.

    The mapping comes back with the slugs and kinds that hold here: others may have made a choice
    or a field of the same name since it was written.
    """
    values = {
        target: _define_choices(project_id, target, rules) if target in CHOICES else rules
        for target, rules in mapping.values.items()
    }
    found = inventory.get("fields", {})
    fields = {
        name: _define_field(project_id, rule, found.get(name, {})) if rule.to == CUSTOM else rule
        for name, rule in mapping.fields.items()
    }
    return replace(mapping, fields=fields, values=values)


def _define_choices(
    project_id: int, target: str, rules: Mapping[str, ValueRule]
) -> dict[str, ValueRule]:
    known = {choice.slug: choice for choice in queries.choices_of(project_id, target)}
    defined: dict[str, ValueRule] = {}
    for value, rule in rules.items():
        choice = known.get(rule.to) or _named(known.values(), rule.name)
        if choice is None and rule.is_new:
            choice = _add_choice(project_id, target, rule, position=len(known))
            known[choice.slug] = choice
        if choice is None:
            raise SourceError(
                f"The mapping turns the {target} “{value}” into “{rule.to}”, "
                "which this project does not offer."
            )
        defined[value] = replace(rule, to=choice.slug)
    return defined


def _named(choices: Iterable[Choice], name: str) -> Choice | None:
    wanted = name.strip().casefold()
    return next((choice for choice in choices if choice.name.casefold() == wanted), None)


def _add_choice(project_id: int, target: str, rule: ValueRule, position: int) -> Choice:
    choice, _ = Choice.objects.update_or_create(
        project_id=project_id,
        field=queries.CHOICE_FIELDS[target],
        slug=rule.to,
        defaults={"is_active": True},
        create_defaults={"name": rule.name or rule.to, "position": position},
    )
    return choice


def _define_field(project_id: int, rule: FieldRule, found: Mapping[str, Any]) -> FieldRule:
    labels = [label.strip() for label in found.get("values", {}) if label.strip()]
    kind = rule.kind if rule.kind not in _LISTED or labels else "text"
    field, _ = CustomField.objects.get_or_create(
        project_id=project_id,
        entity="case",
        slug=rule.slug,
        defaults={"name": rule.name or rule.slug, "kind": kind},
    )
    if field.kind in _LISTED and not labels:
        raise SourceError(
            f"The values of “{rule.name}” are too many for a list.",
            fix="Map it to a new field of kind text.",
        )
    if field.kind in _LISTED:
        field.options = list(dict.fromkeys([*field.options, *labels]))
    field.is_active = True
    field.save(update_fields=["options", "is_active"])
    return replace(rule, kind=field.kind, name=field.name)
