"""The suite export as XML, read as a stream: memory stays flat whatever its size.

Elements live no longer than their case. Sections have no id in the file, so theirs is made of
their path and of how many siblings of the same name came before.
"""

import hashlib
from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError, TreeBuilder

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from migrations_data.base.records import Record, SectionRecord, SuiteRecord
from migrations_data.base.source import SourceError
from migrations_data.sources.testrail import lookalikes
from migrations_data.sources.testrail.cases import tidy, to_case

CHUNK = 64 * 1024
MAX_DEPTH = 2_000  # elements in elements, twice the depth of sections: no suite needs it
SEPARATOR = " > "  # for people; what tells sections apart is their origin id

_HEAD = frozenset({"name", "description", "id"})
_AGAIN = "Export the suite again and upload the whole file."


def read(path: Path) -> Iterator[Record]:
    """Stream the suite, its sections and cases in the order of the document."""
    target = _SuiteTarget()
    parser = DefusedXMLParser(target=target, forbid_dtd=True)
    target.expat = parser.parser
    with path.open("rb") as stream:
        while chunk := stream.read(CHUNK):
            if not target.has_root:
                lookalikes.refuse_bytes(chunk)
            _guard(target, parser.feed, chunk)
            yield from target.drain()
    if not target.has_root:
        lookalikes.refuse_bytes(b"")
    _guard(target, parser.close)
    yield from target.drain()


def _guard(target: "_SuiteTarget", step: Any, *arguments: bytes) -> None:
    """Let the parser go on; whatever it refuses becomes a sentence with its line."""
    try:
        step(*arguments)
    except ParseError as error:
        line, column = error.position
        reason = str(error).partition(":")[0]
        message = f"The XML breaks off or is damaged here ({reason}, column {column + 1})."
        raise SourceError(message, line=line, fix=_AGAIN) from error
    except DefusedXmlException as error:
        message = "The file declares a document type or entities, which no export does."
        raise SourceError(message, line=target.line, fix=_AGAIN) from error
    except (LookupError, ValueError) as error:
        message = f"The encoding that the file names is unknown ({error})."
        raise SourceError(message, line=target.line, fix="Save it as UTF-8.") from error


@dataclass(slots=True)
class _Section:
    """A section whose end is still to come."""

    line: int
    parent_id: str
    parent_path: str
    position: int
    head: dict[str, str] = field(default_factory=dict)
    origin_id: str = ""
    path: str = ""
    names: Counter[str] = field(default_factory=Counter)
    titles: Counter[str] = field(default_factory=Counter)
    sections: int = 0
    cases: int = 0


class _SuiteTarget:
    """What the parser calls; collects the records that are complete."""

    def __init__(self) -> None:
        self.expat: Any = None
        self.has_root = False
        self._records: deque[Record] = deque()
        self._tags: list[str] = []
        self._sections = [_Section(line=1, parent_id="", parent_path="", position=0)]
        self._is_suite_out = False
        self._text: list[str] = []
        self._case: TreeBuilder | None = None
        self._case_depth = 0
        self._case_line = 0

    @property
    def line(self) -> int:
        """Return the line that the parser stands on."""
        return int(self.expat.CurrentLineNumber)

    def drain(self) -> Iterator[Record]:
        """Yield and forget what is complete."""
        while self._records:
            yield self._records.popleft()

    # -- called by the parser

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """Enter an element."""
        self._tags.append(tag)
        if len(self._tags) > MAX_DEPTH:
            raise SourceError(f"Elements are nested deeper than {MAX_DEPTH}.", line=self.line)
        if self._case is not None:
            self._case.start(tag, attributes)
        elif len(self._tags) <= 2:  # noqa: PLR2004 - the root and what follows it
            self._begin(tag, attributes)
        else:
            self._enter(tag)

    def end(self, tag: str) -> None:
        """Leave an element."""
        if self._case is not None:
            self._case.end(tag)
            if len(self._tags) == self._case_depth:
                self._finish_case(self._case.close())
        elif tag in _HEAD:
            self._sections[-1].head[tag] = "".join(self._text)
        elif tag == "section":
            self._announce()
            self._sections.pop()
        elif tag == "suite":
            self._announce()
        self._tags.pop()

    def data(self, text: str) -> None:
        """Take a piece of text."""
        if self._case is not None:
            self._case.data(text)
        else:
            self._text.append(text)

    # -- what it makes of that

    def _begin(self, tag: str, attributes: dict[str, str]) -> None:
        if len(self._tags) == 1:
            self.has_root = True
            lookalikes.refuse_root(tag, attributes, self.line)
        elif self._tags[0] == "suite" and not self._sections[0].head:
            lookalikes.refuse_first_child(tag, self.line)
        self._enter(tag)

    def _enter(self, tag: str) -> None:
        self._text.clear()
        if tag in {"sections", "cases"}:
            self._announce()
        elif tag == "section":
            parent = self._sections[-1]
            self._sections.append(
                _Section(self.line, parent.origin_id, parent.path, position=parent.sections)
            )
            parent.sections += 1
        elif tag == "case":
            self._case, self._case_depth = TreeBuilder(), len(self._tags)
            self._case_line = self.line
            self._case.start(tag, {})

    def _announce(self) -> None:
        """Send off the suite or section that is open, once its head is known."""
        if len(self._sections) == 1:
            self._announce_suite()
        elif not self._sections[-1].origin_id:
            self._announce_section(self._sections[-2], self._sections[-1])

    def _announce_suite(self) -> None:
        if self._is_suite_out:
            return
        self._is_suite_out = True
        head = self._sections[0].head
        self._records.append(
            SuiteRecord(
                origin_id=head.get("id", "").strip(),
                name=tidy(head.get("name", "")),
                description=tidy(head.get("description", "")),
                line=self._sections[0].line,
            )
        )

    def _announce_section(self, parent: _Section, section: _Section) -> None:
        name = tidy(section.head.get("name", ""))
        suite_id = self._sections[0].head.get("id", "").strip()
        twins = parent.names[name]
        parent.names[name] += 1
        section.origin_id = _digest(section.parent_id or suite_id, name, twins)
        section.path = f"{section.parent_path}{SEPARATOR}{name}" if section.parent_path else name
        self._records.append(
            SectionRecord(
                origin_id=section.origin_id,
                parent_id=section.parent_id,
                name=name,
                path=section.path,
                description=tidy(section.head.get("description", "")),
                position=section.position,
                line=section.line,
            )
        )

    def _finish_case(self, element: Any) -> None:
        section = self._sections[-1]
        case = to_case(element, section.origin_id, section.cases, self._case_line)
        if not case.origin_id:
            twins = section.titles[case.title]
            section.titles[case.title] += 1
            case = case.known_as(_digest(section.origin_id, case.title, twins))
        section.cases += 1
        self._records.append(case)
        self._case = None


def _digest(*parts: object) -> str:
    """Return a short name for a place in the tree."""
    return hashlib.sha256("\0".join(map(str, parts)).encode()).hexdigest()[:32]
