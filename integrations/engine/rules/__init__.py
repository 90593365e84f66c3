"""The rules of a connection: which types and fields correspond, how values translate, who wins."""

from integrations.engine.rules.conditions import Condition
from integrations.engine.rules.defaults import default_document
from integrations.engine.rules.document import RulesError, parse
from integrations.engine.rules.model import (
    CommentRule,
    CreateRule,
    Drift,
    FieldRule,
    FirstSync,
    Missing,
    MissingPolicy,
    PeopleRule,
    Rules,
    TypePair,
    UntranslatableError,
    ValueMap,
)

__all__ = [
    "CommentRule",
    "Condition",
    "CreateRule",
    "Drift",
    "FieldRule",
    "FirstSync",
    "Missing",
    "MissingPolicy",
    "PeopleRule",
    "Rules",
    "RulesError",
    "TypePair",
    "UntranslatableError",
    "ValueMap",
    "default_document",
    "parse",
]
