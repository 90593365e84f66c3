"""Documents held against Atlassian's schema."""

from collections.abc import Iterator
from functools import cache
from typing import Any

from jsonschema import Draft4Validator, ValidationError, validators

from tests.contracts import sample


def violations(doc: Any) -> list[str]:
    """Return how a document breaks the schema of ADF."""
    return [error.message for error in _validator().iter_errors(doc)]


@cache
def _validator():
    schema = sample("adf.schema.json")
    kinds = {f"#/definitions/{name}": _kinds(schema, name) for name in schema["definitions"]}

    def any_of_its_kind(validator, options, instance, _) -> Iterator[ValidationError]:
        """Try only the options for the node's type; trying all grows with every level."""
        kind = instance.get("type") if isinstance(instance, dict) else None
        fitting = [each for each in options if kind in kinds.get(each.get("$ref"), {kind})]
        if not any(validator.evolve(schema=option).is_valid(instance) for option in fitting):
            yield ValidationError(f"{instance!r} is nothing that may stand here"[:500])

    return validators.extend(Draft4Validator, {"anyOf": any_of_its_kind})(schema)


def _kinds(schema, name):
    """Return the node types that a definition allows, looking through references."""
    definition = schema["definitions"][name]
    parts = definition.get("allOf", []) + definition.get("anyOf", [])
    names = [part["$ref"].rpartition("/")[2] for part in parts if "$ref" in part]
    found = set(definition.get("properties", {}).get("type", {}).get("enum", []))
    return found.union(*(_kinds(schema, each) for each in names))
