"""Steps: ids that outlive edits, and lists that people paste."""

import csv
import io
import re
import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from testmgmt.core.errors import DomainError

MAX_STEPS = 1000
MAX_TEXT = 100_000

_ID = re.compile(r"[0-9a-f]{12}")
_MOVES = {"up": -1, "down": 1}
_MARK = re.compile(r"^[ \t]*(?:\d{1,4}[.)]|[-*•])[ \t]+")
_EXPECTED = re.compile(r"^[ \t]*expected(?: results?)?[ \t]*:[ \t]*", re.IGNORECASE)
_ARROW = re.compile(r"[ \t](?:->|=>|→|⇒)[ \t]")


@dataclass(frozen=True, slots=True)
class Step:
    """One step; its id is empty until it is stored."""

    action: str = ""
    data: str = ""
    expected: str = ""
    id: str = ""

    @property
    def words(self) -> tuple[str, str, str]:
        """What it says, whatever its id."""
        return self.action, self.data, self.expected

    @property
    def is_empty(self) -> bool:
        """Whether it says nothing."""
        return not any(text.strip() for text in self.words)


def as_json(steps: Iterable[Step]) -> list[dict[str, str]]:
    """Return steps as they are stored."""
    return [asdict(step) for step in steps]


def from_json(stored: Iterable[Mapping[str, Any]]) -> list[Step]:
    """Return stored steps."""
    return [
        Step(
            action=row.get("action", ""),
            data=row.get("data", ""),
            expected=row.get("expected", ""),
            id=row.get("id", ""),
        )
        for row in stored
    ]


def _refuse(number: int, why: str) -> DomainError:
    return DomainError(f"Step {number} {why}.", field="steps", code="invalid_step")


def _check(steps: Sequence[Step]) -> None:
    if len(steps) > MAX_STEPS:
        raise DomainError(f"A case has at most {MAX_STEPS} steps.", field="steps")
    for number, step in enumerate(steps, 1):
        if step.is_empty:
            raise _refuse(number, "is empty; it needs an action or an expected result")
        if any(len(text) > MAX_TEXT for text in step.words):
            raise _refuse(number, f"is longer than {MAX_TEXT:,} characters")
        if any("\0" in text for text in step.words):
            raise _refuse(number, "holds a character that cannot be stored (NUL)")


def _named(steps: Sequence[Step], known: Collection[str]) -> list[str]:
    """Return the id that each step may keep: one we know or made, and only its first bearer."""
    seen: set[str] = set()
    kept = []
    for step in steps:
        is_ours = step.id in known or bool(_ID.fullmatch(step.id))
        kept.append(step.id if is_ours and step.id not in seen else "")
        seen.add(step.id)
    return kept


def settled(wanted: Sequence[Step], before: Sequence[Step] = ()) -> list[Step]:
    """Check steps and give each its id: the one it names, else an equal step's, else a new one.

    An id of ours that is not among those before belongs to a version that is being restored.
    """
    _check(wanted)
    named = _named(wanted, {step.id for step in before})
    equal = {step.words: step.id for step in reversed(before) if step.id not in named}
    return [
        replace(step, id=own or equal.pop(step.words, "") or uuid.uuid4().hex[:12])
        for step, own in zip(wanted, named, strict=True)
    ]


def _of_cells(cells: Sequence[str]) -> Step:
    trimmed = [cell.strip() for cell in cells]
    if len(trimmed) == 2:  # noqa: PLR2004  two columns are action and expected result
        return Step(action=trimmed[0], expected=trimmed[1])
    action, data, expected, *_ = [*trimmed, "", ""]
    return Step(action=action, data=data, expected=expected)


def _of_table(text: str) -> list[Step]:
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter="\t"))
    except csv.Error as error:
        raise DomainError(f"These cells cannot be read: {error}.", field="steps") from error
    return [_of_cells(row) for row in rows]


def _of_lines(lines: Sequence[str]) -> Step:
    action: list[str] = []
    expected: list[str] = []
    target = action
    for line in lines:
        if _EXPECTED.match(line):
            target = expected
        target.append(_EXPECTED.sub("", line, count=1).strip())
    first, *rest = _ARROW.split(action[0], maxsplit=1) if action else [""]
    return Step(
        action="\n".join([first.strip(), *action[1:]]).strip(),
        expected="\n".join([*(text.strip() for text in rest), *expected]).strip(),
    )


def _of_list(lines: Sequence[str]) -> list[Step]:
    is_marked = any(_MARK.match(line) for line in lines)
    groups: list[list[str]] = []
    for line in lines:
        starts = bool(_MARK.match(line)) if is_marked else not _EXPECTED.match(line)
        if starts or not groups:
            groups.append([])
        groups[-1].append(_MARK.sub("", line, count=1))
    return [_of_lines(group) for group in groups]


def steps_of_text(text: str) -> list[Step]:
    """Return the steps of a pasted list, or of cells copied from a spreadsheet.

    A number or bullet starts a step, other lines continue it; an arrow or a line that begins
    with `Expected:` leads to its expected result. Without any mark each line is a step.
    """
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    lines = [line for line in plain.split("\n") if line.strip()]
    steps = _of_table(plain) if "\t" in plain.strip() else _of_list(lines)
    return [step for step in steps if not step.is_empty]


def edited(steps: Sequence[Step], command: str) -> list[Step]:
    """Return steps after a button of the editor: `add`, or `up-2`, `down-2`, `copy-2`, `drop-2`."""
    name, _, number = command.partition("-")
    changed = list(steps)
    index = int(number) - 1 if number.isdecimal() else -1
    if name == "add":
        return [*changed, Step()]
    if not 0 <= index < len(changed):
        return changed
    step = changed.pop(index)
    if name == "copy":
        changed[index:index] = [step, replace(step, id="")]
    elif name in _MOVES:
        changed.insert(max(0, index + _MOVES[name]), step)
    return changed
