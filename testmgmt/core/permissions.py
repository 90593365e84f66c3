"""The names of actions and roles. Who holds a role is in `projects/permissions.py`."""

from enum import StrEnum


class Action(StrEnum):
    """What somebody may do in a project."""

    VIEW = "view"
    COMMENT = "comment"
    EXECUTE = "execute"
    EDIT_CASES = "edit_cases"
    EDIT_RUNS = "edit_runs"
    EDIT_DEFECTS = "edit_defects"
    SYNC = "sync"
    DELETE = "delete"
    CONFIGURE = "configure"


class Role(StrEnum):
    """What somebody is in a project; each role includes those before it."""

    VIEWER = "viewer"
    TESTER = "tester"
    LEAD = "lead"
    ADMIN = "admin"


class Scope(StrEnum):
    """What a token may be used for; a token never exceeds its owner's role."""

    READ = "read"
    WRITE_RESULTS = "write:results"
    WRITE = "write"
    ADMIN = "admin"


_VIEWER = frozenset({Action.VIEW})
_TESTER = _VIEWER | {
    Action.COMMENT,
    Action.EXECUTE,
    Action.EDIT_CASES,
    Action.EDIT_RUNS,
    Action.EDIT_DEFECTS,
    Action.SYNC,
}
_LEAD = _TESTER | {Action.DELETE}

ACTIONS: dict[Role, frozenset[Action]] = {
    Role.VIEWER: _VIEWER,
    Role.TESTER: _TESTER,
    Role.LEAD: _LEAD,
    Role.ADMIN: _LEAD | {Action.CONFIGURE},
}
