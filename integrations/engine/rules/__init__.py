"""The rules of a connection: which types and fields correspond, how values translate, who wins."""

from integrations.engine.rules.checks import unfit
from integrations.engine.rules.conditions import Condition
from integrations.engine.rules.defaults import default_document
from integrations.engine.rules.document import RulesError, parse
from integrations.engine.rules.model import (
    Drift,
    FieldRule,
    FirstSync,
    Missing,
    MissingPolicy,
    Rules,
    TypePair,
    UntranslatableError,
    ValueMap,
)
from integrations.engine.rules.policies import (
    AttachmentRule,
    CommentRule,
    CreateRule,
    DeleteRule,
    PeoplePolicy,
    PeopleRule,
    ScopeRule,
)
from integrations.engine.rules.schema import rules_schema

__all__ = [
    "AttachmentRule",
    "CommentRule",
    "Condition",
    "CreateRule",
    "DeleteRule",
    "Drift",
    "FieldRule",
    "FirstSync",
    "Missing",
    "MissingPolicy",
    "PeoplePolicy",
    "PeopleRule",
    "Rules",
    "RulesError",
    "ScopeRule",
    "TypePair",
    "UntranslatableError",
    "ValueMap",
    "default_document",
    "parse",
    "rules_schema",
    "unfit",
]
