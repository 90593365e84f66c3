"""What a fresh project offers: choices with their categories."""

from dataclasses import dataclass
from enum import StrEnum


class Outcome(StrEnum):
    """The category of a result status; reports know nothing else."""

    PASSED = "passed"
    FAILED = "failed"
    BLOCKED = "blocked"
    RETEST = "retest"
    IN_PROGRESS = "in_progress"
    SKIPPED = "skipped"
    UNTESTED = "untested"


class Progress(StrEnum):
    """The category of a defect status, and of a tracker's."""

    NEW = "new"
    ACTIVE = "active"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Preset:
    """One choice of a fresh project."""

    slug: str
    name: str
    category: str = ""
    is_default: bool = False


PRESETS: dict[str, tuple[Preset, ...]] = {
    "result_status": (
        Preset("passed", "Passed", Outcome.PASSED),
        Preset("failed", "Failed", Outcome.FAILED),
        Preset("blocked", "Blocked", Outcome.BLOCKED),
        Preset("retest", "Retest", Outcome.RETEST),
        Preset("in-progress", "In progress", Outcome.IN_PROGRESS),
        Preset("skipped", "Skipped", Outcome.SKIPPED),
        Preset("untested", "Untested", Outcome.UNTESTED, is_default=True),
    ),
    "case_state": (
        Preset("draft", "Draft"),
        Preset("ready", "Ready", is_default=True),
        Preset("deprecated", "Deprecated"),
    ),
    "case_type": tuple(
        Preset(name.lower(), name, is_default=name == "Functional")
        for name in (
            "Functional",
            "Acceptance",
            "Accessibility",
            "Compatibility",
            "Performance",
            "Regression",
            "Security",
            "Smoke",
            "Usability",
            "Other",
        )
    ),
    "priority": (
        Preset("critical", "Critical"),
        Preset("high", "High"),
        Preset("medium", "Medium", is_default=True),
        Preset("low", "Low"),
    ),
    "severity": (
        Preset("blocker", "Blocker"),
        Preset("major", "Major"),
        Preset("normal", "Normal", is_default=True),
        Preset("minor", "Minor"),
    ),
    "defect_status": (
        Preset("open", "Open", Progress.NEW, is_default=True),
        Preset("in-progress", "In progress", Progress.ACTIVE),
        Preset("fixed", "Fixed", Progress.DONE),
        Preset("closed", "Closed", Progress.DONE),
    ),
}
