"""What TestRail's fields and values most likely mean here, each guess with its reason."""

import re
from collections.abc import Mapping
from dataclasses import replace
from itertools import chain, count

from migrations_data.base.inventory import FieldUse, Inventory
from migrations_data.base.mapping import (
    BY_CONTENT,
    CHOICES,
    CUSTOM,
    CustomTarget,
    FieldRule,
    MappingDocument,
    ValueRule,
    Vocabulary,
)
from migrations_data.sources.testrail.cases import CUSTOM as PREFIX

SLUG = "testrail"

_STANDARD = {
    "template": "template",
    "type": "type",
    "priority": "priority",
    "status": "state",
    "estimate": "estimate",
    "references": "references",
    "assignedto": "assignee",
    "labels": "tags",
    "custom_preconds": "preconditions",
    "custom_steps": "description",
    "custom_expected": "expected",
    "custom_mission": "description",
    "custom_testrail_bdd_scenario": "description",
}

_RICH = frozenset({"custom_goals", "custom_mission"})  # texts, however short they are
_LABELS = {
    "assignedto": "Assigned to",
    "custom_preconds": "Preconditions",
    "custom_expected": "Expected result",
    "custom_steps_separated": "Steps, separated",
    "custom_testrail_bdd_scenario": "BDD scenario",
}

_KINDS = {
    "string": "text",
    "text": "rich",
    "integer": "number",
    "boolean": "boolean",
    "date": "date",
    "url": "url",
    "choice": "choice",
    "choices": "multi",
    "steps": "rich",
}

# Words of the vendor's own defaults, of new and old servers, and ours.
_SYNONYMS = {
    "type": {
        "smoke & sanity": "smoke",
        "functionality": "functional",
        "uat": "acceptance",
    },
    "priority": {
        "must test": "critical",
        "test if time": "medium",
        "don't test": "low",
    },
    "state": {
        "design": "draft",
        "approved": "ready",
        "ready for review": "draft",
    },
}

_TEMPLATES = {
    "test case (text)": "text",
    "test case (steps)": "steps",
    "exploratory session": "exploratory",
    "behaviour driven development": "bdd",
    "behavior driven development": "bdd",
}

_RANK = re.compile(r"^\d+\s+-\s+")  # old servers: `4 - Must Test`


def suggest(
    inventory: Inventory, vocabulary: Vocabulary, decided: Mapping[str, FieldRule]
) -> MappingDocument:
    """Return a rule for each field and each listed value of the file; what is decided stays."""
    fields = {
        name: decided.get(name) or _field(use, vocabulary.custom)
        for name, use in inventory.fields.items()
    }
    values: dict[str, dict[str, ValueRule]] = {}
    for name, rule in fields.items():
        words = [word.strip() for word in inventory.fields[name].values]
        rules = values.setdefault(rule.to, {})
        if rule.to == "template":
            rules |= {word: _template(word) for word in words}
        elif rule.to in CHOICES:
            known = dict(vocabulary.choices.get(rule.to, {}))
            rules |= {word: _choice(rule.to, word, known) for word in words}
    listed = {target: rules for target, rules in values.items() if rules}
    return MappingDocument(source=SLUG, fields=fields, values=listed)


def _field(use: FieldUse, custom: tuple[CustomTarget, ...]) -> FieldRule:
    """Guess a target; each rule also says what the field would be as one of the project's own."""
    own = _own_field(use, custom)
    if use.name in _STANDARD:
        return replace(own, to=_STANDARD[use.name], reason="TestRail's own field")
    if use.shape == "steps":
        return replace(own, to="steps", reason="holds separated steps")
    return own


def _own_field(use: FieldUse, custom: tuple[CustomTarget, ...]) -> FieldRule:
    """Take a field that the project has by that name, if its kind can hold all values."""
    label, slug, kind = label_of(use.name), slug_of(use.name), _kind(use)
    for target in custom:
        if slug != target.slug and _plain(label) != _plain(target.name):
            continue
        if target.kind in {"text", "rich", kind}:
            reason = "a field of that name exists"
            return FieldRule(CUSTOM, target.slug, target.name, target.kind, reason=reason)
    taken = {target.slug: target.name for target in custom}
    slug = _free_slug(slug, taken)
    return FieldRule(CUSTOM, slug, label, kind, is_new=True, reason="kept in a new field")


def _kind(use: FieldUse) -> str:
    """Tell the kind by the looks; what no list and no number holds is text."""
    if use.name in _RICH:
        return "rich"
    if use.is_open and use.shape in {"choice", "choices"}:
        return "text"
    if use.shape == "integer" and any(len(word) > 1 and word[0] == "0" for word in use.values):
        return "text"  # 007 is a name
    return _KINDS[use.shape]


def _template(word: str) -> ValueRule:
    known = _TEMPLATES.get(_plain(word))
    if known:
        return ValueRule(to=known, reason="TestRail's own template")
    return ValueRule(to=BY_CONTENT, reason="a template of that server: steps where there are steps")


def _choice(target: str, word: str, known: dict[str, str]) -> ValueRule:
    """Find a choice by name or meaning; a new one joins the known, so that no two share a slug."""
    plain = _plain(_RANK.sub("", word.strip()))
    for slug, name in known.items():
        if plain in {slug, _plain(name)}:
            return ValueRule(to=slug, name=name, reason="equal name")
    synonym = _SYNONYMS[target].get(plain, "")
    if synonym in known:
        return ValueRule(to=synonym, name=known[synonym], reason="means the same")
    name = " ".join(word.split())[:80]
    slug = _free_slug(name, known)
    known[slug] = name
    return ValueRule(to=slug, name=name, is_new=True, reason="created as it is new")


def label_of(name: str) -> str:
    """Return a name for people: `custom_automation_type` is “Automation type”."""
    if name in _LABELS:
        return _LABELS[name]
    words = name.removeprefix(PREFIX).replace("_", " ").strip()
    return words[:1].upper() + words[1:100]


def slug_of(name: str) -> str:
    """Return a name for programs."""
    plain = re.sub(r"[^a-z0-9]+", "-", name.removeprefix(PREFIX).lower()).strip("-")
    return plain[:60] or "value"


def _free_slug(name: str, taken: Mapping[str, str]) -> str:
    slug = slug_of(name)[:46]
    numbers = (f"{slug}-{number}" for number in count(2))
    return next(each for each in chain([slug], numbers) if each not in taken)


def _plain(word: str) -> str:
    return " ".join(word.split()).lower()
