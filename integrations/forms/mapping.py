"""The mapping editor: a rules document as rows to choose in, and back."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from integrations.base.items import FieldSpec, FieldType, Schema, TypeSpec
from integrations.forms.values import Names, Partners

OFF = "off"
ERROR = "error"
_DEFAULT = "default"
_TEXTS = frozenset({FieldType.TEXT, FieldType.RICH})
_CHOSEN = frozenset({FieldType.OPTION, FieldType.STATUS})
_DIRECTIONS = frozenset({"both", "a_to_b", "b_to_a"})
_CONFLICTS = ("newest", "hold", "prefer_a", "prefer_b")
_SIDES = ("a_to_b", "b_to_a")
_FIXED = ("constants", "defaults")

Answers = Mapping[str, str]
Document = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Pair:
    """A value with its partner; `name` is the input, `partner` is empty where there is none."""

    name: str
    value: str
    partner: str


@dataclass(frozen=True, slots=True)
class Row:
    """One of our fields: where it goes, who wins, and for choices which value means which.

    `missing` says what becomes of a value of theirs outside the pairs: an error, nothing, or
    `default.<id>` of an option of ours.
    """

    field: FieldSpec
    direction: str
    conflict: str
    target: FieldSpec | None
    targets: tuple[FieldSpec, ...]
    ours: tuple[Pair, ...]
    theirs: tuple[Pair, ...]
    missing: str

    @property
    def defaults(self) -> list[tuple[str, str]]:
        """Return the answers that turn every other value of theirs into one of ours."""
        return [(f"{_DEFAULT}.{option.id}", option.name) for option in self.field.options]

    @property
    def unpaired(self) -> list[str]:
        """Return the values that stop a sync: without a partner, and nothing said for them."""
        open_pairs = list(self.ours if self.direction != "b_to_a" else ())
        if self.missing == ERROR and self.direction != "a_to_b":
            open_pairs += self.theirs
        return [pair.value for pair in open_pairs if not pair.partner]


@dataclass(frozen=True, slots=True)
class Creation:
    """When items of one side get their counterpart; `name` is the input."""

    name: str
    side: str
    chosen: str


class MappingForm:
    """Reads and writes the rows of a rules document; what no row shows stays as it is."""

    def __init__(self, document: Document, here: Schema, there: Schema) -> None:
        self.document = document
        self._here, self._there = here, there
        pair = document["types"][0]
        self.type = _type_named(there, pair["b"])
        self.types = [one.name for one in there.types]
        self.own_type = pair["a"]
        ours = _type_named(here, pair["a"])
        self.here = list(ours.fields) if ours else []
        self.there = {field.id: field for field in self.type.fields} if self.type else {}
        self.rules = {rule["a"]: rule for rule in document["fields"] if _is_shown(rule, pair["a"])}
        self.comments = document.get("comments") or {}

    @property
    def rows(self) -> list[Row]:
        """One row for each of our fields that could go somewhere, mapped ones first."""
        rows = [self._row(field) for field in self.here]
        return sorted((row for row in rows if row.targets), key=lambda row: row.direction == OFF)

    @property
    def sends_comments(self) -> bool:
        """Whether what is said here is copied there."""
        return bool(self.comments.get("a_to_b", True))

    @property
    def receives_comments(self) -> bool:
        """Whether what is said there is copied here."""
        return bool(self.comments.get("b_to_a", True))

    @property
    def unmet(self) -> list[FieldSpec]:
        """The tracker's required fields that nothing fills."""
        sent = {rule.get("b") for rule in self.document["fields"] if rule.get("dir") != "b_to_a"}
        sent |= {name for fixed in _FIXED for name in _fixed(self.document, fixed)}
        return [
            field
            for field in self.there.values()
            if field.is_required and not field.has_default and field.id not in sent
        ]

    @property
    def lost(self) -> list[str]:
        """The mapped fields that the tracker does not have any more."""
        return [rule["b"] for rule in self.rules.values() if rule["b"] not in self.there]

    @property
    def clashes(self) -> list[str]:
        """What cannot be published, in words."""
        return [
            f"{' and '.join(names)} go to {self.there[target].name} together;"
            " choose another field for one."
            for target, names in self._by_target().items()
            if len(names) > 1
        ]

    def answered(self, answers: Answers) -> "MappingForm":
        """Return the form that these answers of the page make."""
        typed = MappingForm(
            {**self.document, "types": self._types(answers)}, self._here, self._there
        )
        document = {
            **typed.document,
            "fields": typed._fields(answers),
            "comments": self._comments(answers),
            "create": self._creation(answers),
        }
        return MappingForm(document, self._here, self._there)

    def _by_target(self) -> dict[str, list[str]]:
        """Return the fields of this type by where they go."""
        names = {field.id: field.name for field in self.here}
        found: dict[str, list[str]] = {}
        for rule in self.document["fields"]:
            if rule.get("b") in self.there and _is_of(rule, self.own_type):
                ours = rule.get("a", rule["id"])
                found.setdefault(rule["b"], []).append(names.get(ours, ours))
        return found

    def _types(self, answers: Answers) -> list[Any]:
        first, *others = self.document["types"]
        chosen = answers.get("type", first["b"])
        return [{**first, "b": chosen if chosen in self.types else first["b"]}, *others]

    def _comments(self, answers: Answers) -> dict[str, Any]:
        if "comments" not in answers:
            return dict(self.comments)
        chosen = {side: f"comments.{side}" in answers for side in _SIDES}
        return {**self.comments, **chosen}

    @property
    def creations(self) -> list[Creation]:
        """When something new gets its counterpart, for either side."""
        now = self.document.get("create") or {}
        return [Creation(f"create.{side}", side, now.get(side, "auto")) for side in "ab"]

    def _creation(self, answers: Answers) -> dict[str, str]:
        return {one.side: answers.get(one.name, one.chosen) for one in self.creations}

    def _fields(self, answers: Answers) -> list[dict[str, Any]]:
        own: set[Any] = {field.id for field in self.here}
        kept = [
            rule
            for rule in self.document["fields"]
            if rule.get("a") not in own or self.rules.get(rule["a"]) is not rule
        ]
        rules = [self._rule(field, answers) for field in self.here]
        return [*(rule for rule in rules if rule), *kept]

    def _free_id(self, field: FieldSpec) -> str:
        """Return an id for a new rule: the field's own, unless a rule without a row has it."""
        taken = {rule["id"] for rule in self.document["fields"]}
        return field.id if field.id not in taken else f"{field.id}.row"

    def _row(self, field: FieldSpec) -> Row:
        rule = self.rules.get(field.id) or {}
        targets = tuple(one for one in self.there.values() if _fits(field, one))
        target = self.there.get(rule.get("b", ""))
        partners = _partners(field, target, rule)
        return Row(
            field=field,
            direction=rule.get("dir", "both") if target else OFF,
            conflict=rule.get("conflict", _CONFLICTS[0]),
            target=target,
            targets=targets,
            ours=tuple(_ours(field, partners)) if partners else (),
            theirs=tuple(_theirs(field, target, partners)) if target and partners else (),
            missing=_missing_answer(field, rule),
        )

    def _rule(self, field: FieldSpec, answers: Answers) -> dict[str, Any] | None:
        before = self.rules.get(field.id)
        direction = answers.get(f"{field.id}.dir")
        if direction is None:
            return before
        target = self.there.get(answers.get(f"{field.id}.to", ""))
        if direction not in _DIRECTIONS or target is None or not _fits(field, target):
            return None
        rule = {**(before or {"id": self._free_id(field), "a": field.id, "first_sync": "fill"})}
        rule |= {"b": target.id, "dir": _possible(direction, field, target)}
        conflict = answers.get(f"{field.id}.conflict", rule.get("conflict"))
        rule["conflict"] = conflict if conflict in _CONFLICTS else _CONFLICTS[0]
        rule.pop("map", None)
        partners = _partners(field, target, before or {})
        if partners:
            rule["map"] = self._map(field, target, answers, partners)
        return rule

    def _map(
        self, field: FieldSpec, target: FieldSpec, answers: Answers, old: Partners
    ) -> dict[str, Any]:
        before = self.rules.get(field.id) or {}
        ours, theirs = Names(field.options), Names(target.options)
        if before.get("b") == target.id:
            out = {
                option.name: theirs.known(
                    answers.get(f"{field.id}.our.{option.id}", old.out.get(option.name, ""))
                )
                for option in field.options
            }
            back = {
                option.name: ours.known(
                    answers.get(f"{field.id}.their.{option.id}", old.back.get(option.name, ""))
                )
                for option in target.options
            }
            old = _settled(out, back)
        return {
            "pairs": [list(pair) for pair in old.pairs()],
            "a_to_b": (before.get("map") or {}).get("a_to_b", {"missing": ERROR}),
            "b_to_a": _missing(field, answers.get(f"{field.id}.missing", ERROR)),
        }


def _type_named(schema: Schema, name: str) -> TypeSpec | None:
    fitting = (one for one in schema.types if one.name.casefold() == name.casefold())
    return next(fitting, None)


def _is_shown(rule: Document, type_: str) -> bool:
    """Whether a row shows a rule: it joins two fields of the type, and computes nothing."""
    is_joining = not {"expr", "template"} & rule.keys() and "a" in rule and "b" in rule
    return is_joining and _is_of(rule, type_)


def _is_of(rule: Document, type_: str) -> bool:
    types = {one.casefold() for one in rule.get("types") or ()}
    return not types or type_.casefold() in types


def _fixed(document: Document, member: str) -> Iterable[str]:
    """Return the tracker's fields that a member of the document fills with fixed values."""
    return (document.get(member) or {}).get("b") or {}


def _fits(ours: FieldSpec, theirs: FieldSpec) -> bool:
    """Whether values of one can be values of the other."""
    if ours.type is theirs.type:
        return ours.type not in _CHOSEN or bool(ours.options and theirs.options)
    return {ours.type, theirs.type} <= _TEXTS


def _possible(direction: str, ours: FieldSpec, theirs: FieldSpec) -> str:
    """Return the direction, or the only one where a side cannot be written."""
    if not theirs.is_writable:
        return "b_to_a"
    return direction if ours.is_writable else "a_to_b"


def _partners(field: FieldSpec, target: FieldSpec | None, rule: Document) -> Partners | None:
    """Return the partners of a rule, by name where it goes elsewhere now; None without options."""
    if target is None or not (field.options and target.options):
        return None
    ours, theirs = Names(field.options), Names(target.options)
    if rule.get("b") != target.id:
        return Partners.by_name(ours, theirs)
    return Partners.of((rule.get("map") or {}).get("pairs", []), ours, theirs)


def _settled(out: Mapping[str, str], back: Mapping[str, str]) -> Partners:
    """Return what was chosen; a value of theirs without a partner comes from who goes to it."""
    chosen = {here: there for here, there in out.items() if there}
    sources = {there: here for here, there in reversed(chosen.items())}
    kept = {there: here for there, here in back.items() if here}
    return Partners(chosen, {**sources, **kept})


def _ours(field: FieldSpec, partners: Partners) -> Iterable[Pair]:
    for option in field.options:
        name = f"{field.id}.our.{option.id}"
        yield Pair(name, option.name, partners.out.get(option.name, ""))


def _theirs(field: FieldSpec, target: FieldSpec, partners: Partners) -> Iterable[Pair]:
    """Yield the tracker's values that our column alone does not settle."""
    for option in target.options:
        if partners.needs_asking(option.name):
            name = f"{field.id}.their.{option.id}"
            yield Pair(name, option.name, partners.back.get(option.name, ""))


def _missing_answer(field: FieldSpec, rule: Document) -> str:
    missing = ((rule.get("map") or {}).get("b_to_a")) or {}
    if missing.get("missing") != _DEFAULT:
        return str(missing.get("missing", ERROR))
    ids = {option.name.casefold(): option.id for option in field.options}
    found = ids.get(str(missing.get("value", "")).casefold())
    return f"{_DEFAULT}.{found}" if found else ERROR


def _missing(field: FieldSpec, answer: str) -> dict[str, str]:
    kind, _, chosen = answer.partition(".")
    names = {option.id: option.name for option in field.options}
    if kind == _DEFAULT and chosen in names:
        return {"missing": _DEFAULT, "value": names[chosen]}
    return {"missing": "nothing" if kind == "nothing" else ERROR}
