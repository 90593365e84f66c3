"""An Atlassian document as wiki markup (as in webhooks) and as plain text (as in search)."""

from collections.abc import Callable, Sequence
from typing import Any

Node = dict[str, Any]

_MARKS = {
    "strong": "*{}*",
    "em": "_{}_",
    "strike": "-{}-",
    "underline": "+{}+",
    "code": "{{{{{}}}}}",
}
_PANELS = {"info": "info", "note": "note", "tip": "tip", "success": "tip", "warning": "warning"}


def to_text(node: Node) -> str:
    """Return the words of a node, one line for each block."""
    if node["type"] == "text":
        return str(node["text"])
    if node["type"] == "hardBreak":
        return "\n"
    children = node.get("content", [])
    is_flat = all(child["type"] in _INLINE for child in children)
    return ("" if is_flat else "\n").join(to_text(child) for child in children) or _label(node)


def to_wiki(document: Node) -> str:
    """Return a document in wiki markup; what the notation lacks becomes its words."""
    return "\n\n".join(_block(node) for node in document["content"])


def _label(node: Node) -> str:
    attributes = node.get("attrs", {})
    for name in ("text", "shortName", "url", "alt", "title", "timestamp"):
        if attributes.get(name):
            return str(attributes[name])
    return ""


def _block(node: Node) -> str:
    writer = _BLOCKS.get(node["type"])
    return writer(node) if writer else "\n".join(map(_block, node.get("content", [])))


def _line(nodes: Sequence[Node]) -> str:
    return "".join(_INLINE.get(node["type"], _label)(node) for node in nodes)


def _content(node: Node) -> str:
    return _line(node.get("content", []))


def _heading(node: Node) -> str:
    return f"h{node['attrs']['level']}. {_content(node)}"


def _code(node: Node) -> str:
    language = node.get("attrs", {}).get("language")
    opening = f"{{code:{language}}}" if language else "{code}"
    return f"{opening}\n{to_text(node)}\n{{code}}"


def _box(name: str, node: Node) -> str:
    inside = "\n\n".join(map(_block, node["content"]))
    return f"{{{name}}}\n{inside}\n{{{name}}}"


def _panel(node: Node) -> str:
    return _box(_PANELS.get(node["attrs"]["panelType"], "panel"), node)


def _list(node: Node, prefix: str = "") -> str:
    marker = prefix + ("#" if node["type"] == "orderedList" else "*")
    lines: list[str] = []
    for item in node["content"]:
        for child in item.get("content", []):
            if child["type"] in ("bulletList", "orderedList"):
                lines.append(_list(child, marker))
            else:
                lines.append(f"{marker} {_block(child)}")
    return "\n".join(lines)


def _tasks(node: Node) -> str:
    return "\n".join(f"* {to_text(item)}" for item in node["content"])


def _table(node: Node) -> str:
    return "\n".join(_row(row["content"]) for row in node["content"])


def _row(cells: Sequence[Node]) -> str:
    bar = "||" if cells and cells[0]["type"] == "tableHeader" else "|"
    inside = bar.join(" ".join(map(_block, cell["content"])) or " " for cell in cells)
    return f"{bar}{inside}{bar}"


def _text(node: Node) -> str:
    text = str(node["text"])
    link = ""
    for mark in node.get("marks", []):
        if mark["type"] == "link":
            link = mark["attrs"]["href"]
        text = _MARKS.get(mark["type"], "{}").format(text)
    if link and link != node["text"]:
        return f"[{text}|{link}]"
    return f"[{link}]" if link else text


def _mention(node: Node) -> str:
    return f"[~accountid:{node['attrs']['id']}]"


_INLINE: dict[str, Callable[[Node], str]] = {
    "text": _text,
    "hardBreak": lambda _: "\n",
    "mention": _mention,
    "emoji": _label,
    "date": _label,
    "status": _label,
    "inlineCard": _label,
    "placeholder": _label,
    "mediaInline": _label,
    "inlineExtension": _label,
}
_BLOCKS: dict[str, Callable[[Node], str]] = {
    "paragraph": _content,
    "heading": _heading,
    "codeBlock": _code,
    "blockquote": lambda node: _box("quote", node),
    "panel": _panel,
    "rule": lambda _: "----",
    "bulletList": _list,
    "orderedList": _list,
    "taskList": _tasks,
    "decisionList": _tasks,
    "table": _table,
    "media": _label,
}
