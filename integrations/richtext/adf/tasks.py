"""Ids of tasks: Jira wants one on each task and list of tasks, unlike any other in the document."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from integrations.richtext.adf.text import content_of


def ids_of(nodes: Sequence[Any]) -> set[str]:
    """Return every id that nodes and what they hold already have."""
    found = (node["attrs"].get("localId") for node in _walk(nodes) if _has_attrs(node))
    return {local_id for local_id in found if isinstance(local_id, str)}


def number_tasks(nodes: Sequence[Any], taken: set[str]) -> None:
    """Give our new task nodes ids that are free; a second conversion gives the same ones."""
    numbers = iter(range(2**63))
    for node in _walk(nodes):
        if node.get("type") in ("taskList", "taskItem"):
            ids = (str(uuid5(NAMESPACE_URL, f"task {number}")) for number in numbers)
            node["attrs"]["localId"] = next(each for each in ids if each not in taken)
            taken.add(node["attrs"]["localId"])


def _has_attrs(node: Mapping[str, Any]) -> bool:
    return isinstance(node.get("attrs"), Mapping)


def _walk(nodes: Sequence[Any]) -> Iterator[Any]:
    """Yield nodes in reading order, without recursion, as foreign ones may nest without end."""
    todo = [node for node in reversed(nodes) if isinstance(node, Mapping)]
    while todo:
        node = todo.pop()
        yield node
        todo += reversed(content_of(node))
