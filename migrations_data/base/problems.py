"""What the migration log says: stable codes, plain sentences."""

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """How much a line of the log matters."""

    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


class Code(StrEnum):
    """What happened; programs filter by it, so a code never changes its meaning."""

    UNMAPPED_VALUE = "UNMAPPED_VALUE"
    UNMAPPED_FIELD = "UNMAPPED_FIELD"
    FIELD_IGNORED = "FIELD_IGNORED"
    FIELD_TAKEN = "FIELD_TAKEN"
    BAD_VALUE = "BAD_VALUE"
    BAD_TIMESPAN = "BAD_TIMESPAN"
    VALUE_CUT = "VALUE_CUT"
    TITLE_MISSING = "TITLE_MISSING"
    DUPLICATE_ID = "DUPLICATE_ID"
    ATTACHMENT_MISSING = "ATTACHMENT_MISSING"
    SHARED_STEP_COPIED = "SHARED_STEP_COPIED"
    RECREATED = "RECREATED"
    NAME_MISSING = "NAME_MISSING"
    STEP_EMPTY = "STEP_EMPTY"
    REFUSED = "REFUSED"
    COUNT_MISMATCH = "COUNT_MISMATCH"
    SOURCE_DAMAGED = "SOURCE_DAMAGED"


@dataclass(frozen=True, slots=True)
class Problem:
    """One line of the log: about which record, where it stands, and what was done."""

    level: Level
    code: Code
    message: str
    entity: str = ""
    origin_id: str = ""
    title: str = ""
    line: int = 0
    field: str = ""
    value: str = ""
    action: str = ""
    count: int = 1

    @property
    def key(self) -> str:
        """What makes two remarks equal: all of one key may be folded."""
        return f"{self.code}:{self.field}"
