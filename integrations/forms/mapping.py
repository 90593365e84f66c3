"""The mapping editor: a rules document as rows to choose in, and back."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from integrations.base.items import FieldSpec, FieldType, Option, Schema

OFF = "off"
DIRECTIONS = {
    "both": "both ways",
    "a_to_b": "to the tracker",
    "b_to_a": "from the tracker",
    OFF: "stays here",
}
MISSING = {"error": "report it", "nothing": "leave the field alone"}
_PAIRED = frozenset({FieldType.OPTION, FieldType.STATUS})


@dataclass(frozen=True, slots=True)
class Pair:
    """A value with its partner; `name` is the input, `partner` is empty where there is none."""

    name: str
    value: str
    partner: str


@dataclass(frozen=True, slots=True)
class Row:
    """One of our fields: where it goes, and for choices which value means which."""

    field: FieldSpec
    direction: str
    target: FieldSpec | None
    targets: tuple[FieldSpec, ...]
    ours: tuple[Pair, ...]
    theirs: tuple[Pair, ...]
    missing: str

    @property
    def is_required_there(self) -> bool:
        """Whether the tracker insists on the field."""
        return self.target is not None and self.target.is_required

    @property
    def unpaired(self) -> int:
        """How many values have no partner."""
        return sum(not pair.partner for pair in (*self.ours, *self.theirs))


def _type_named(schema: Schema, name: str) -> Iterable[FieldSpec]:
    fitting = [one for one in schema.types if one.name.casefold() == name.casefold()]
    return fitting[0].fields if fitting else ()


def _fits(ours: FieldSpec, theirs: FieldSpec) -> bool:
    """Whether values of one can be values of the other."""
    text = {FieldType.TEXT, FieldType.RICH}
    if ours.type in _PAIRED:
        return theirs.type is ours.type or (
            ours.type is FieldType.OPTION and theirs.type is FieldType.OPTION
        )
    return theirs.type is ours.type or {ours.type, theirs.type} <= text


class MappingForm:
    """Reads and writes the `fields` of a rules document; all else in it stays as it is."""

    def __init__(self, document: Mapping[str, Any], here: Schema, there: Schema) -> None:
        self.document = document
        pair = document["types"][0]
        self.here = list(_type_named(here, pair["a"]))
        self.there = {field.id: field for field in _type_named(there, pair["b"])}
        self.rules = {rule["a"]: rule for rule in document["fields"]}

    @property
    def rows(self) -> list[Row]:
        """One row for each of our fields that could go somewhere, mapped ones first."""
        rows = [self._row(field) for field in self.here]
        return sorted((row for row in rows if row.targets), key=lambda row: row.direction == OFF)

    @property
    def unmet(self) -> list[FieldSpec]:
        """The tracker's required fields that nothing fills."""
        sent = {rule["b"] for rule in self.rules.values() if rule.get("dir") != "b_to_a"}
        return [
            field
            for field in self.there.values()
            if field.is_required and not field.has_default and field.id not in sent
        ]

    def _row(self, field: FieldSpec) -> Row:
        rule = self.rules.get(field.id)
        targets = tuple(one for one in self.there.values() if _fits(field, one))
        target = self.there.get(rule["b"]) if rule else None
        pairs: list[list[str]] = (rule.get("map") or {}).get("pairs", []) if rule else []
        ours = tuple(_ours(field, pairs)) if target and target.options else ()
        theirs = tuple(_theirs(field, target.options, pairs)) if target and field.options else ()
        missing = ((rule or {}).get("map") or {}).get("b_to_a", {}).get("missing", "error")
        direction = rule.get("dir", "both") if rule else OFF
        return Row(field, direction, target, targets, ours, theirs, missing)

    def changed(self, answers: Mapping[str, str]) -> dict[str, Any]:
        """Return the document that these answers of the page ask for."""
        fields = [rule for field in self.here if (rule := self._rule(field, answers))]
        kept = [rule for rule in self.document["fields"] if rule["a"] not in self._own_ids()]
        return {**self.document, "fields": [*fields, *kept]}

    def _own_ids(self) -> set[str]:
        return {field.id for field in self.here}

    def _rule(self, field: FieldSpec, answers: Mapping[str, str]) -> dict[str, Any] | None:
        before = self.rules.get(field.id)
        direction = answers.get(f"{field.id}.dir")
        if direction is None:
            return before
        target = self.there.get(answers.get(f"{field.id}.to", ""))
        if direction == OFF or target is None:
            return None
        rule = {**(before or {"id": field.id, "a": field.id, "first_sync": "fill"})}
        rule |= {"b": target.id, "dir": direction}
        rule["conflict"] = answers.get(f"{field.id}.conflict", rule.get("conflict", "newest"))
        rule.pop("map", None)
        if field.type in _PAIRED and field.options and target.options:
            rule["map"] = self._map(field, target, answers, before)
        return rule

    def _map(
        self,
        field: FieldSpec,
        target: FieldSpec,
        answers: Mapping[str, str],
        before: Mapping[str, Any] | None,
    ) -> dict[str, Any]:
        """Pair ours first: the first pair that fits wins in either direction."""
        names = {option.name for option in target.options}
        out = [(o.name, answers.get(f"{field.id}.our.{o.id}", "")) for o in field.options]
        back = [(answers.get(f"{field.id}.their.{o.id}", ""), o.name) for o in target.options]
        chosen = {theirs for _, theirs in out}
        pairs = [pair for pair in out if pair[1] in names]
        pairs += [pair for pair in back if pair[0] and pair[1] not in chosen]
        if not any(name.startswith(f"{field.id}.our.") for name in answers):
            pairs = _by_name(field.options, target.options)
        old = (before or {}).get("map") or {}
        missing = answers.get(f"{field.id}.missing", "error")
        return {
            "pairs": [list(pair) for pair in pairs],
            "a_to_b": old.get("a_to_b", {"missing": "error"}),
            "b_to_a": {"missing": missing if missing in MISSING else "error"},
        }


def _ours(field: FieldSpec, pairs: list[list[str]]) -> Iterable[Pair]:
    partners = dict(reversed(pairs))
    for option in field.options:
        name = f"{field.id}.our.{option.id}"
        yield Pair(name, option.name, partners.get(option.name, ""))


def _theirs(field: FieldSpec, options: Iterable[Option], pairs: list[list[str]]) -> Iterable[Pair]:
    """Yield the tracker's values that are nobody's first partner."""
    first = dict(reversed(pairs))
    partners = {theirs: ours for ours, theirs in reversed(pairs)}
    for option in options:
        if option.name not in first.values():
            name = f"{field.id}.their.{option.id}"
            yield Pair(name, option.name, partners.get(option.name, ""))


def _by_name(ours: Iterable[Option], theirs: Iterable[Option]) -> list[tuple[str, str]]:
    known = {option.name.casefold(): option.name for option in theirs}
    return [(o.name, known[o.name.casefold()]) for o in ours if o.name.casefold() in known]
