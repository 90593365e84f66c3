"""Files that people take for a suite export, and the sentence that puts them right."""

from collections.abc import Mapping

from migrations_data.base.source import SourceError

_EXPORT = "In TestRail open the suite, choose Export, then “Export to XML”."

_BEGINNINGS = (
    (b"\xd0\xcf\x11\xe0", "This is a binary Excel workbook (.xls)."),
    (b"PK\x03\x04", "This is a zip archive or an Excel workbook (.xlsx)."),
    (b"%PDF", "This is a PDF document."),
    (b"\x1f\x8b", "This file is compressed (gzip)."),
)

_ROOTS = {
    "testsuites": "This is a report of automated results (JUnit).",
    "testsuite": "This is a report of automated results (JUnit).",
    "testng-results": "This is a report of automated results (TestNG).",
    "html": "This is a web page, most likely the sign-in page of a session that had expired.",
    "run": "This is the export of a run; cases come from the export of their suite.",
    "plan": "This is the export of a plan; cases come from the export of their suite.",
    "milestone": "This is the export of a milestone; cases come from the export of their suite.",
}


def refuse_bytes(head: bytes) -> None:
    """Refuse what cannot be XML at all."""
    if not head.strip():
        raise SourceError("The file is empty.", fix=_EXPORT)
    for magic, sentence in _BEGINNINGS:
        if head.startswith(magic):
            raise SourceError(sentence, fix=_EXPORT)
    text = _decoded(head).lstrip("\ufeff \t\r\n").lower()
    if text.startswith(("<!doctype html", "<html")):
        raise SourceError(_ROOTS["html"], fix=f"Sign in again. {_EXPORT}")
    if text.startswith(("{", "[")):
        raise SourceError("This is JSON, not a suite export.", fix=_EXPORT)
    if not text.startswith("<"):
        raise SourceError(_kind_of_text(text), fix=_EXPORT)


def refuse_root(tag: str, attributes: Mapping[str, str], line: int) -> None:
    """Refuse a root element of some other format; `suite` and `sections` pass."""
    if tag == "suite" and "name" in attributes:
        raise SourceError("This is a TestNG suite, not an export.", line=line, fix=_EXPORT)
    if tag not in {"suite", "sections"}:
        sentence = _ROOTS.get(tag, f"The file begins with <{tag[:40]}>, which no export does.")
        raise SourceError(sentence, line=line, fix=_EXPORT)


def refuse_first_child(tag: str, line: int) -> None:
    """Refuse a suite that does not begin as an export does."""
    if tag not in {"id", "name", "description", "sections"}:
        sentence = f"A suite export begins with its <id>, this one with <{tag[:40]}>."
        raise SourceError(sentence, line=line, fix=_EXPORT)


def _decoded(head: bytes) -> str:
    encoding = "utf-16" if head[:2] in {b"\xff\xfe", b"\xfe\xff"} else "utf-8"
    return head.decode(encoding, errors="replace")


def _kind_of_text(text: str) -> str:
    first_line = text.partition("\n")[0]
    if first_line.startswith("sep=") or any(mark in first_line for mark in ",;\t"):
        return "This is a table (CSV); only the XML export carries everything."
    return "This is not XML."
