"""One `<case>` element becomes a record; text stays as it came but for line ends."""

import re
from collections.abc import Iterable, Iterator, Mapping
from xml.etree.ElementTree import Element

from migrations_data.base.records import (
    AttachmentRef,
    CaseRecord,
    FieldValue,
    Option,
    StepRecord,
)

CUSTOM = "custom_"  # as the vendor's API names the same fields

_ATTACHMENT = re.compile(r"index\.php\?/attachments/get/([0-9a-fA-F-]{36}|\d+)")


def tidy(text: str | None) -> str:
    """Return the text with line feeds for line ends: the only change that text suffers."""
    return (text or "").replace("\r\n", "\n").replace("\r", "\n")


def to_case(element: Element, section_id: str, position: int, line: int) -> CaseRecord:
    """Return the record of a case; its id is empty where the file gives none."""
    fields: dict[str, FieldValue] = {}
    for child in element:
        if child.tag == "custom":
            fields |= {f"{CUSTOM}{custom.tag}": value_of(custom) for custom in child}
        elif child.tag not in {"id", "title"}:
            fields[child.tag] = _flat(child).strip()
    fields = {name: value for name, value in fields.items() if value}
    return CaseRecord(
        origin_id=_case_id(element.findtext("id", "")),
        section_id=section_id,
        title=tidy(element.findtext("title")),
        fields=fields,
        attachments=tuple(_attachments(fields)),
        position=position,
        line=line,
    )


def value_of(element: Element) -> FieldValue:
    """Return a custom value by its shape: text, one option, several, or steps."""
    if not len(element):
        return tidy(element.text)
    tags = {child.tag for child in element}
    if tags == {"step"}:
        return tuple(_step(child) for child in element)
    if tags == {"item"}:
        return tuple(_option(child) for child in element)
    if "id" in tags:
        return _option(element)
    return _flat(element)


def _step(element: Element) -> StepRecord:
    content = element.findtext("content")
    return StepRecord(
        content=tidy(element.text if content is None and not len(element) else content),
        expected=tidy(element.findtext("expected")),
        additional_info=tidy(element.findtext("additional_info")),
        references=tidy(element.findtext("refs")),
        shared_step_id=tidy(element.findtext("shared_step_id")).strip(),
    )


def _option(element: Element) -> Option:
    """Options are stored as `1, Label`, so the label arrives with a blank in front."""
    number = (element.findtext("id") or "").strip()
    words = _first(element.findtext(tag) for tag in ("value", "name"))
    return Option(id=number, label=words or number)


def _first(texts: Iterable[str | None]) -> str:
    return next((text.strip() for text in texts if text and text.strip()), "")


def _attachments(fields: Mapping[str, FieldValue]) -> Iterator[AttachmentRef]:
    for name, value in fields.items():
        for text in _texts(value):
            for found in _ATTACHMENT.findall(text):
                yield AttachmentRef(found, name)


def _texts(value: FieldValue) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple):
        for step in value:
            if isinstance(step, StepRecord):
                yield from (step.content, step.expected, step.additional_info)


def _flat(element: Element) -> str:
    return tidy("".join(element.itertext()))


def _case_id(text: str) -> str:
    """The vendor's API gives bare numbers where files have a letter in front."""
    number = text.strip()
    return f"C{number}" if number.isdigit() else number
