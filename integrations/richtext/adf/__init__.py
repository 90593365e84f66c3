"""Markdown and the Atlassian Document Format, which Jira Cloud's API version 3 speaks."""

from collections.abc import Mapping, Sequence
from typing import Any

from integrations.richtext import markdown
from integrations.richtext.adf.parse import read_block
from integrations.richtext.adf.render import fitted, render
from integrations.richtext.adf.tasks import ids_of, number_tasks
from integrations.richtext.patch import Unit, pick
from integrations.richtext.tree import Blocks

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
    for part in pick(units, fitted(markdown.parse(md))):
        nodes = [part.native] if isinstance(part, Unit) else render(part)
        content += nodes
        new += [] if isinstance(part, Unit) else nodes
    number_tasks(new, ids_of(_nodes(native)))
    return {**native, "content": content}


def _nodes(doc: Mapping[str, Any]) -> Sequence[Any]:
    content = doc.get("content")
    return content if isinstance(content, list) else []


def _read(node: Any) -> Blocks:
    return fitted(tuple(read_block(node)))
