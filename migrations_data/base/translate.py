"""Turns records into drafts by a mapping document; whatever does not fit is told, never dropped."""

from typing import Any

from migrations_data.base import values
from migrations_data.base.drafts import CaseDraft, Draft, SectionDraft, StepDraft
from migrations_data.base.mapping import (
    BY_CONTENT,
    CUSTOM,
    IGNORE,
    LISTED,
    FieldRule,
    MappingDocument,
)
from migrations_data.base.problems import Code, Level, Problem
from migrations_data.base.records import (
    CaseRecord,
    FieldValue,
    Record,
    SectionRecord,
    StepRecord,
    SuiteRecord,
)

# The widths of our columns; texts have none.
LIMITS = {
    "title": 500,
    "references": 2_000,
    "assignee": 150,
    "name": 255,
    "tag": 100,
    "text": 100_000,
}
MAX_STEPS = 1_000
NO_NAME = "(no name)"
EMPTY_STEP = "(empty)"  # a step has to say something; without it the others would be renumbered
_TEXTS = frozenset({"description", "preconditions", "expected"})


class Translator:
    """Knows the mapping, and under which root the sections of this file hang."""

    def __init__(self, mapping: MappingDocument) -> None:
        self._mapping = mapping
        self._root = ""

    def translate(self, record: Record) -> tuple[Draft, list[Problem]] | None:
        """Return the draft of a record with what there is to say; None where it leaves no trace."""
        if isinstance(record, CaseRecord):
            return _CaseTranslation(record, self._mapping, self._root).result()
        if isinstance(record, SectionRecord):
            return self._section(record)
        return self._suite(record)

    def _suite(self, record: SuiteRecord) -> tuple[Draft, list[Problem]] | None:
        if not self._mapping.settings.is_suite_a_section:
            return None
        self._root = f"suite {record.origin_id or record.name}"
        name = record.name or record.origin_id
        return SectionDraft(self._root, "", name, record.description, line=record.line), []

    def _section(self, record: SectionRecord) -> tuple[Draft, list[Problem]]:
        problems: list[Problem] = []
        name = record.name[: LIMITS["name"]]
        if len(record.name) > LIMITS["name"]:
            problems.append(_cut(record, record.name, "name", record.name))
        if not name.strip():
            name = NO_NAME
            problems.append(_nameless(record))
        draft = SectionDraft(
            origin_id=record.origin_id,
            parent_id=record.parent_id or self._root,
            name=name,
            description=record.description,
            position=record.position,
            line=record.line,
        )
        return draft, problems


class _CaseTranslation:
    """The translation of one case: collects the columns of the draft."""

    def __init__(self, record: CaseRecord, mapping: MappingDocument, root: str) -> None:
        self._record = record
        self._mapping = mapping
        self._root = root
        self._problems: list[Problem] = []
        self._columns: dict[str, Any] = {}
        self._custom: dict[str, Any] = {}

    def result(self) -> tuple[Draft, list[Problem]]:
        """Return the draft and the remarks."""
        record = self._record
        for name, value in record.fields.items():
            self._take(name, value, self._mapping.fields.get(name))
        self._note_attachments()
        columns = self._columns
        if columns.get("template", BY_CONTENT) == BY_CONTENT:
            columns["template"] = "steps" if columns.get("steps") else "text"
        draft = CaseDraft(
            origin_id=record.origin_id,
            section_id=record.section_id or self._root,
            title=self._title(),
            custom=self._custom,
            position=record.position,
            line=record.line,
            **columns,
        )
        return draft, self._problems

    def _take(self, name: str, value: FieldValue, rule: FieldRule | None) -> None:
        if rule is None:
            self._say(Level.WARNING, Code.UNMAPPED_FIELD, "The mapping has no rule.", name, value)
        elif rule.to == IGNORE:
            self._say(Level.INFO, Code.FIELD_IGNORED, "Left out by the mapping.", name, value)
        elif rule.to == CUSTOM:
            self._take_custom(name, value, rule)
        elif rule.to in LISTED:
            self._take_listed(name, value, rule.to)
        elif rule.to in _TEXTS:
            self._take_text(name, values.as_text(value), rule)
        else:
            self._take_other(name, value, rule.to)

    def _take_custom(self, name: str, value: FieldValue, rule: FieldRule) -> None:
        stored = values.as_custom(value, rule.kind)
        if stored is None:
            message = f"Not a value for a field of kind “{rule.kind}”."
            self._say(Level.WARNING, Code.BAD_VALUE, message, name, value, "left out")
            return
        self._custom[rule.slug] = self._fit(stored, name) if isinstance(stored, str) else stored

    def _take_listed(self, name: str, value: FieldValue, target: str) -> None:
        text = values.as_text(value).strip()
        rule = self._mapping.values.get(target, {}).get(text)
        if rule is None:
            message = "The mapping has no rule for this value."
            self._say(Level.WARNING, Code.UNMAPPED_VALUE, message, name, value, "default taken")
            return
        self._columns[target] = rule.to

    def _take_text(self, name: str, text: str, rule: FieldRule) -> None:
        """Texts add up: users switch templates, and the values of both stay."""
        before = self._columns.get(rule.to, "")
        if before:
            message = "Another field fills the same text; both are kept, one below the other."
            self._say(Level.INFO, Code.FIELD_TAKEN, message, name, "", "added below")
            text = f"{before}\n\n**{rule.name or name}**\n\n{text}"
        self._columns[rule.to] = self._fit(text, name)

    def _take_other(self, name: str, value: FieldValue, target: str) -> None:
        if target == "steps":
            self._take_steps(name, value)
        elif target == "estimate":
            self._take_estimate(name, values.as_text(value))
        elif target == "tags":
            words = values.as_list(value)
            self._columns["tags"] = tuple(self._fit(word, name, "tag") for word in words)
        else:
            self._columns[target] = self._fit(values.as_text(value), name, target)

    def _take_steps(self, name: str, value: FieldValue) -> None:
        shared = [
            step.shared_step_id
            for step in (value if isinstance(value, tuple) else ())
            if isinstance(step, StepRecord) and step.shared_step_id
        ]
        for number in shared:
            message = "A step that several cases share arrives as a copy of its text."
            self._say(Level.INFO, Code.SHARED_STEP_COPIED, message, name, number, "copied")
        before = self._columns.get("steps", ())
        if before:
            message = "Another field holds steps as well; these follow behind."
            self._say(Level.INFO, Code.FIELD_TAKEN, message, name, "", "added behind")
        steps = before + tuple(self._step(step, name) for step in values.as_steps(value))
        if len(steps) > MAX_STEPS:
            message = f"The case has {len(steps)} steps, more than the {MAX_STEPS} of ours."
            self._say(Level.WARNING, Code.VALUE_CUT, message, name, "", "cut")
        self._columns["steps"] = steps[:MAX_STEPS]

    def _step(self, step: StepDraft, name: str) -> StepDraft:
        texts = [self._fit(text, name) for text in (step.action, step.data, step.expected)]
        if any(text.strip() for text in texts):
            return StepDraft(*texts)
        message = "A step says nothing."
        self._say(Level.INFO, Code.STEP_EMPTY, message, name, "", f"kept as {EMPTY_STEP}")
        return StepDraft(EMPTY_STEP)

    def _take_estimate(self, name: str, text: str) -> None:
        seconds = values.as_seconds(text, self._mapping.settings)
        if seconds is None:
            message = "This is not a time span of at most ten years."
            self._say(Level.WARNING, Code.BAD_TIMESPAN, message, name, text, "left out")
            return
        self._columns["estimate_seconds"] = seconds

    def _title(self) -> str:
        title = self._fit(self._record.title, "title", "title")
        if title.strip():
            return title
        message = "The case has no title."
        self._say(Level.WARNING, Code.TITLE_MISSING, message, "title", "", "named after its id")
        return self._record.origin_id

    def _fit(self, text: str, name: str, target: str = "text") -> str:
        limit = LIMITS[target]
        if len(text) <= limit:
            return text
        self._problems.append(_cut(self._record, self._record.title, name, text))
        return text[:limit]

    def _note_attachments(self) -> None:
        for attachment in self._record.attachments:
            message = "The text refers to a file, which exports do not contain."
            self._say(
                Level.INFO,
                Code.ATTACHMENT_MISSING,
                message,
                attachment.field,
                attachment.id,
                "reference kept",
            )

    def _say(
        self,
        level: Level,
        code: Code,
        message: str,
        field: str,
        value: FieldValue,
        action: str = "",
    ) -> None:
        self._problems.append(
            Problem(
                level,
                code,
                message,
                entity=self._record.entity,
                origin_id=self._record.origin_id,
                title=self._record.title,
                line=self._record.line,
                field=field,
                value=values.as_text(value),
                action=action,
            )
        )


def _nameless(record: SectionRecord) -> Problem:
    return Problem(
        Level.INFO,
        Code.NAME_MISSING,
        "The section has no name.",
        entity=record.entity,
        origin_id=record.origin_id,
        line=record.line,
        action=f"called {NO_NAME}",
    )


def _cut(record: SectionRecord | CaseRecord, title: str, field: str, text: str) -> Problem:
    return Problem(
        Level.WARNING,
        Code.VALUE_CUT,
        f"The text has {len(text)} characters, more than the field holds.",
        entity=record.entity,
        origin_id=record.origin_id,
        title=title,
        line=record.line,
        field=field,
        value=text,
        action="cut",
    )
