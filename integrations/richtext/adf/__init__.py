"""Markdown and the Atlassian Document Format, which Jira Cloud's API version 3 speaks."""

from collections.abc import Mapping, Sequence
from typing import Any

from integrations.richtext import markdown
from integrations.richtext.adf.parse import read_block
from integrations.richtext.adf.render import entries, fitted, render
from integrations.richtext.adf.tasks import ids_of, number_tasks
from integrations.richtext.patch import Edit, Unit, by_entry, pick, weave
from integrations.richtext.tree import Blocks, Item, List

__all__ = ["from_markdown", "patch", "to_markdown"]


def from_markdown(md: str) -> dict[str, Any]:
    """Return a document that Jira accepts; an empty text is an empty document."""
    content = render(fitted(markdown.parse(md)))
    number_tasks(content, set())
    return {"type": "doc", "version": 1, "content": content}


def to_markdown(doc: Mapping[str, Any]) -> str:
    """Return what a document says; what Markdown cannot say becomes plain words."""
    return markdown.render(tuple(each for node in _nodes(doc) for each in _read(node)))


def patch(native: Mapping[str, Any] | None, md: str) -> dict[str, Any]:
    """Return the native document changed to say `md`, every unchanged block as it was."""
    if not native:
        return from_markdown(md)
    units = [Unit(node, _read(node)) for node in _nodes(native)]
    content: list[Any] = []
    new: list[Any] = []
    for part in weave(units, fitted(markdown.parse(md)), by_entry):
        if isinstance(part, Unit):
            content.append(part.native)
            continue
        nodes, written = _edited(part) if isinstance(part, Edit) else _written(part)
        content += nodes
        new += written
    number_tasks(new, ids_of(_nodes(native)))
    return {**native, "content": content}


def _written(blocks: Blocks) -> tuple[list[Any], list[Any]]:
    nodes = render(blocks)
    return nodes, nodes


def _edited(edit: Edit) -> tuple[list[Any], list[Any]]:
    """Return a list with only its changed entries written anew, and these entries."""
    node = edit.unit.native
    if node.get("type") not in ("bulletList", "orderedList"):
        return _written((edit.wanted,))
    units = [Unit(entry, _entry(node, entry)) for entry in _nodes(node)]
    content: list[Any] = []
    new: list[Any] = []
    for part in pick(units, edit.wanted.items):
        written = entries(part) if isinstance(part, tuple) else []
        content += [part.native] if isinstance(part, Unit) else written
        new += written
    edited = {**node, "content": content}
    is_right = _read(edited) == (edit.wanted,)
    return ([edited], new) if is_right else _written((edit.wanted,))


def _entry(node: Mapping[str, Any], entry: Any) -> tuple[Item, ...]:
    read = _read({**node, "content": [entry]})
    return tuple(item for each in read if isinstance(each, List) for item in each.items)


def _nodes(doc: Mapping[str, Any]) -> Sequence[Any]:
    content = doc.get("content")
    return content if isinstance(content, list) else []


def _read(node: Any) -> Blocks:
    return fitted(tuple(read_block(node)))
