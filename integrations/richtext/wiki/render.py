"""The document to wiki markup, within what it lets nest."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from integrations.richtext import blocks as block
from integrations.richtext.tree import (
    Block,
    Blocks,
    Break,
    Code,
    Heading,
    Item,
    List,
    Panel,
    Paragraph,
    Quote,
    Row,
    Rule,
    Table,
)
from integrations.richtext.wiki.text import cell_text, fit_inlines, line_text, paragraph_text

# Jira writes an error over a code block whose language it does not know.
_LANGUAGES = frozenset(
    {"actionscript", "ada", "applescript", "bash", "c", "c#", "c++", "cpp", "css", "erlang", "go"}
    | {"groovy", "haskell", "html", "java", "javascript", "js", "json", "lua", "objc", "perl"}
    | {"php", "python", "r", "ruby", "scala", "sh", "sql", "swift", "visualbasic", "xml", "yaml"}
)

_NOFORMAT = re.compile(r"\{(noformat)\}", re.IGNORECASE)
_NAME = re.compile(r"[\w+#-]*")
_EMPTY = "&nbsp;"  # an entry needs something after its marker
_COLORS = {
    "NOTE": "#deebff",
    "TIP": "#e3fcef",
    "IMPORTANT": "#eae6ff",
    "WARNING": "#fffae6",
    "CAUTION": "#ffebe6",
}


def fitted(blocks: Blocks) -> Blocks:
    """Return the document as wiki markup can hold it."""
    return block.fit(blocks, _SHAPE)


def render(blocks: Blocks) -> str:
    """Write fitted blocks with a blank line between."""
    return "\n\n".join(_RENDERERS[type(each)](each) for each in blocks)


def _leaf(leaf: Block) -> Blocks:
    if isinstance(leaf, Code):
        return (_fit_code(leaf),)
    # Wiki markup has no sides for columns.
    return _text_leaf(replace(leaf, aligns=()) if isinstance(leaf, Table) else leaf)


_text_leaf = block.leaf_of(lambda inlines: block.paragraph(fit_inlines(inlines)), fit_inlines)


def _fit_code(code: Code) -> Code:
    """Drop a language that no macro takes, and bend a text that would close its own macro."""
    if _holds(code.text, "code"):
        return Code(_NOFORMAT.sub(r"{ \1}", code.text))
    return code if _NAME.fullmatch(code.language) else Code(code.text)


def _holds(text: str, macro: str) -> bool:
    return f"{{{macro}}}" in text.lower()


def _joined(blocks: Blocks) -> Blocks:
    """Join the paragraphs of an entry, which wiki markup can only part by a line break."""
    joined: list[Block] = []
    for each in blocks:
        before = joined[-1] if joined else None
        if isinstance(each, Paragraph) and isinstance(before, Paragraph):
            joined[-1] = Paragraph((*before.inlines, Break(), *each.inlines))
        else:
            joined.append(each)
    return tuple(joined)


def _takes(before: Block | None, inner: Block) -> bool:
    if isinstance(before, List) and isinstance(inner, List):
        return (before.start is None) != (inner.start is None)
    return not isinstance(before, List) and isinstance(inner, Paragraph | Code | List)


_IN_QUOTE = (Paragraph, Heading, Code, Rule, List, Table)
_SHAPE = block.Shape(
    in_quote=_IN_QUOTE,
    in_panel=(*_IN_QUOTE, Quote),
    takes=_takes,
    leaf=_leaf,
    has_start=False,
    entry=_joined,
)


def _code(code: Code) -> str:
    if not code.language and not _holds(code.text, "noformat"):
        return f"{{noformat}}\n{code.text}\n{{noformat}}"
    is_known = not code.language or code.language.lower() in _LANGUAGES
    name = code.language if is_known else f"title={code.language}"
    return f"{{code{':' if name else ''}{name}}}\n{code.text}\n{{code}}"


def _panel(panel: Panel) -> str:
    color = _COLORS[panel.kind]
    start = f"{{panel:title={panel.kind.capitalize()}|bgColor={color}}}"
    return f"{start}\n{render(panel.blocks)}\n{{panel}}"


def _list(listing: List, outer: str = "") -> str:
    prefix = outer + ("*" if listing.start is None else "#")
    return "\n".join(line for item in listing.items for line in _item(item, prefix))


def _item(item: Item, prefix: str) -> Iterator[str]:
    first = item.blocks[0] if item.blocks else None
    text = line_text(first.inlines) if isinstance(first, Paragraph) else ""
    box = "" if item.is_done is None else block.BOXES[item.is_done]
    parts = [_part(each, prefix) for each in item.blocks[isinstance(first, Paragraph) :]]
    head = f"{box} {text}".strip()
    if head or not isinstance(first, Code):
        yield f"{prefix} {head or _EMPTY}"
    else:
        yield f"{prefix} {parts.pop(0)}"
    yield from parts


def _part(part: Block, prefix: str) -> str:
    if isinstance(part, List):
        return _list(part, prefix)
    return line_text(part.inlines) if isinstance(part, Paragraph) else _RENDERERS[type(part)](part)


def _table(table: Table) -> str:
    rows = [_row(row, "|") for row in block.squared(table)]
    if not rows or any(table.head):
        rows.insert(0, _row(table.head, "||"))
    return "\n".join(rows)


def _row(row: Row, bar: str) -> str:
    cells = (cell_text(cell) or " " for cell in row or ((),))
    return f"{bar}{bar.join(cells)}{bar}"


_RENDERERS: dict[type[Block], Callable[[Any], str]] = {
    Paragraph: lambda each: paragraph_text(each.inlines),
    Heading: lambda each: f"h{each.level}. {line_text(each.inlines)}",
    Code: _code,
    Rule: lambda _: "----",
    Quote: lambda each: f"{{quote}}\n{render(each.blocks)}\n{{quote}}",
    Panel: _panel,
    List: _list,
    Table: _table,
}
