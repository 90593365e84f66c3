"""Wiki markup to an Atlassian document: the part of the notation that people use."""

import re
from collections.abc import Iterator, Sequence
from typing import Any

Node = dict[str, Any]
_Found = tuple[Node, list[str]]

_HEADING = re.compile(r"h([1-6])\.\s+(.*)")
_ITEM = re.compile(r"([*#-]+)\s+(.*)")
_FENCE = re.compile(r"\{(code|noformat)(?::([^}]*))?\}\s*$")
_ONE_LINE_FENCE = re.compile(r"\{(code|noformat)(?::([^}]*))?\}(.*)\{\1\}\s*$")
_PANEL = re.compile(r"\{(quote|panel|info|note|tip|warning)(?::[^}]*)?\}\s*$")
_ROW = re.compile(r"\|.*\|\s*$")
_PANELS = {"panel": "info", "info": "info", "note": "note", "tip": "tip", "warning": "warning"}
_INLINE = re.compile(
    r"\{\{(?P<code>.+?)\}\}"
    r"|\[~(?:accountid:)?(?P<mention>[^\]\n]+)\]"
    r"|\[(?:(?P<label>[^\]|\n]+)\|)?(?P<href>(?:https?|mailto):[^\]|\n]+)\]"
    r"|(?P<url>https?://[^\s|\]]+)"
    r"|!(?P<image>[^!|\s][^!|\n]*)(?:\|[^!\n]*)?!"
    r"|(?<![\w*])\*(?P<strong>\S(?:[^*\n]*?\S)?)\*(?![\w*])"
    r"|(?<!\w)_(?P<em>\S(?:[^_\n]*?\S)?)_(?!\w)"
    r"|(?<![\w-])-(?P<strike>[^\s-](?:[^-\n]*?[^\s-])?)-(?![\w-])"
    r"|(?<!\w)\+(?P<underline>\S(?:[^+\n]*?\S)?)\+(?!\w)"
    r"|\\(?P<escaped>[*_{}\[\]|+!-])"
)
_MARKS = ("strong", "em", "strike", "underline")


def to_document(text: str) -> Node:
    """Return the document that the text means."""
    lines = text.replace("\r\n", "\n").split("\n")
    return {"type": "doc", "version": 1, "content": list(_blocks(lines))}


def _blocks(lines: Sequence[str]) -> Iterator[Node]:
    rest = list(lines)
    while rest:
        if not rest[0].strip():
            rest.pop(0)
            continue
        block, rest = _next_block(rest)
        yield block


def _next_block(lines: list[str]) -> _Found:
    for reader in (_read_fenced, _read_panel, _read_line, _read_list, _read_table):
        found = reader(lines)
        if found is not None:
            return found
    return _paragraph(lines)


def _read_fenced(lines: list[str]) -> _Found | None:
    first = lines[0].strip()
    if whole := _ONE_LINE_FENCE.match(first):
        return _code(whole[2] or "", [whole[3]]), lines[1:]
    fence = _FENCE.match(first)
    end = _end(lines, fence[1]) if fence else None
    if fence is None or end is None:
        return None
    return _code(fence[2] or "", lines[1:end]), lines[end + 1 :]


def _read_panel(lines: list[str]) -> _Found | None:
    panel = _PANEL.match(lines[0].strip())
    end = _end(lines, panel[1]) if panel else None
    if panel is None or end is None:
        return None
    return _box(panel[1], lines[1:end]), lines[end + 1 :]


def _read_line(lines: list[str]) -> _Found | None:
    first = lines[0].strip()
    if first == "----":
        return {"type": "rule"}, lines[1:]
    if heading := _HEADING.match(first):
        return _with_text("heading", heading[2], {"level": int(heading[1])}), lines[1:]
    if first.startswith("bq. "):
        return _box("quote", [first[4:]]), lines[1:]
    return None


def _read_list(lines: list[str]) -> _Found | None:
    items, rest = _split(lines, _ITEM)
    return (_list(items, 1), rest) if items else None


def _read_table(lines: list[str]) -> _Found | None:
    rows, rest = _split(lines, _ROW)
    table = {"type": "table", "content": [_row(row.strip()) for row in rows]}
    return (table, rest) if rows else None


def _end(lines: Sequence[str], name: str) -> int | None:
    closing = f"{{{name}}}"
    return next((n for n, line in enumerate(lines) if n and line.strip() == closing), None)


def _split(lines: list[str], pattern: re.Pattern[str]) -> tuple[list[str], list[str]]:
    count = next((n for n, line in enumerate(lines) if not pattern.match(line.strip())), len(lines))
    return lines[:count], lines[count:]


def _starts_block(line: str) -> bool:
    bare = line.strip()
    patterns = (_HEADING, _ITEM, _FENCE, _ONE_LINE_FENCE, _PANEL, _ROW)
    return not bare or bare == "----" or any(pattern.match(bare) for pattern in patterns)


def _paragraph(lines: list[str]) -> _Found:
    count = next((n for n, line in enumerate(lines) if n and _starts_block(line)), len(lines))
    content: list[Node] = []
    for number, line in enumerate(lines[:count]):
        content += [{"type": "hardBreak"}] if number else []
        content += _inline(line.strip())
    return {"type": "paragraph", "content": content}, lines[count:]


def _code(language: str, lines: Sequence[str]) -> Node:
    text = "\n".join(lines)
    node: Node = {"type": "codeBlock", "content": [{"type": "text", "text": text}] if text else []}
    name = language.partition("|")[0]
    return {**node, "attrs": {"language": name}} if name and "=" not in name else node


def _box(name: str, lines: Sequence[str]) -> Node:
    content = list(_blocks(lines)) or [{"type": "paragraph", "content": []}]
    if name == "quote":
        return {"type": "blockquote", "content": content}
    return {"type": "panel", "attrs": {"panelType": _PANELS[name]}, "content": content}


def _list(lines: Sequence[str], depth: int) -> Node:
    items: list[Node] = []
    rest = list(lines)
    kind = "orderedList" if _marker(rest[0])[depth - 1] == "#" else "bulletList"
    while rest:
        match = _ITEM.match(rest.pop(0).strip())
        children = [_with_text("paragraph", match[2])] if match else []
        deeper = next((n for n, line in enumerate(rest) if len(_marker(line)) <= depth), len(rest))
        if deeper:
            children.append(_list(rest[:deeper], depth + 1))
        rest = rest[deeper:]
        items.append({"type": "listItem", "content": children})
    return {"type": kind, "content": items}


def _marker(line: str) -> str:
    match = _ITEM.match(line.strip())
    return match[1] if match else ""


def _row(line: str) -> Node:
    kind, mark = ("tableHeader", "||") if line.startswith("||") else ("tableCell", "|")
    cells = re.split(r"(?<!\\)\|\|?(?![^\[]*\])", line[len(mark) : -len(mark)])
    content = [{"type": kind, "content": [_with_text("paragraph", cell)]} for cell in cells]
    return {"type": "tableRow", "content": content}


def _with_text(kind: str, text: str, attributes: Node | None = None) -> Node:
    node: Node = {"type": kind, "content": _inline(text.strip())}
    return {**node, "attrs": attributes} if attributes else node


def _inline(text: str, marks: Sequence[Node] = ()) -> list[Node]:
    nodes: list[Node] = []
    position = 0
    for match in _INLINE.finditer(text):
        nodes += _text(text[position : match.start()], marks)
        nodes += _formatted(match, marks)
        position = match.end()
    return nodes + _text(text[position:], marks)


def _formatted(match: re.Match[str], marks: Sequence[Node]) -> list[Node]:
    found = {name: value for name, value in match.groupdict().items() if value is not None}
    for name in _MARKS:
        if name in found:
            return _inline(found[name], [*marks, {"type": name}])
    if "code" in found:
        return _text(found["code"], [{"type": "code"}])
    if "mention" in found:
        return [{"type": "mention", "attrs": {"id": found["mention"], "text": found["mention"]}}]
    if "image" in found:
        return _text(found["image"], marks)
    if "escaped" in found:
        return _text(found["escaped"], marks)
    href = found.get("href") or found["url"]
    link = {"type": "link", "attrs": {"href": href}}
    return _text(found.get("label") or href, [*marks, link])


def _text(text: str, marks: Sequence[Node]) -> list[Node]:
    if not text:
        return []
    node: Node = {"type": "text", "text": text}
    return [{**node, "marks": list(marks)} if marks else node]
