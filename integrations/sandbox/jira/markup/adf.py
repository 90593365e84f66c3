"""What makes a valid Atlassian document: which node may hold which, and what it must say."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

_INLINE = (
    "text date emoji hardBreak inlineCard mention placeholder status inlineExtension mediaInline"
)
_LISTS = "bulletList orderedList taskList"
_MEDIA = "mediaSingle mediaGroup"
_CARDS = "blockCard embedCard"
_BODY = f"paragraph heading {_LISTS} decisionList codeBlock {_MEDIA} rule extension"
_NESTED = f"{_BODY} panel blockquote"
_BLOCK = f"{_NESTED} table {_CARDS}"
_ROOT = f"{_BLOCK} expand bodiedExtension layoutSection syncBlock bodiedSyncBlock"
_EXTENSION = "extensionKey! extensionType! parameters text layout localId"
_CELL = "colspan rowspan colwidth background localId valign"


@dataclass(frozen=True, slots=True)
class _Node:
    """A kind of node: children it may hold and how many, attributes (`!` where it must have it).

    `may_be_bare` where even the attributes it must have may be left out together.
    """

    children: str = ""
    least: int = 0
    most: int | None = None
    attributes: str = "localId"
    needs_attributes: bool = False
    may_be_bare: bool = False

    @property
    def required(self) -> set[str]:
        return {name.rstrip("!") for name in self.attributes.split() if name.endswith("!")}

    @property
    def allowed(self) -> set[str]:
        return {name.rstrip("!") for name in self.attributes.split()}


_NODES = {
    "doc": _Node(_ROOT, attributes=""),
    "paragraph": _Node(_INLINE),
    "heading": _Node(_INLINE, attributes="level! localId"),
    "bulletList": _Node("listItem", 1),
    "orderedList": _Node("listItem", 1, attributes="order localId"),
    "listItem": _Node(f"paragraph {_LISTS} mediaSingle codeBlock extension", 1),
    "taskList": _Node("taskItem taskList blockTaskItem", 1, attributes="localId!"),
    "taskItem": _Node(_INLINE, attributes="localId! state!"),
    "blockTaskItem": _Node("paragraph extension", 1, attributes="localId! state!"),
    "decisionList": _Node("decisionItem", 1, attributes="localId!"),
    "decisionItem": _Node(_INLINE, attributes="localId! state!"),
    "codeBlock": _Node("text", attributes="language uniqueId localId wrap hideLineNumbers"),
    "blockquote": _Node(f"paragraph bulletList orderedList codeBlock {_MEDIA} extension", 1),
    "rule": _Node(),
    "panel": _Node(
        f"{_BODY} blockCard",
        1,
        attributes="panelType! panelIcon panelIconId panelIconText panelColor localId",
    ),
    "expand": _Node(f"{_BLOCK} nestedExpand", 1, attributes="title localId"),
    "nestedExpand": _Node(_NESTED, 1, attributes="title localId", needs_attributes=True),
    "table": _Node(
        "tableRow", 1, attributes="displayMode isNumberColumnEnabled layout localId width"
    ),
    "tableRow": _Node("tableCell tableHeader"),
    "tableCell": _Node(f"{_NESTED} {_CARDS} nestedExpand", 1, attributes=_CELL),
    "tableHeader": _Node(f"{_NESTED} {_CARDS} nestedExpand", 1, attributes=_CELL),
    "mediaSingle": _Node(
        "media caption", 1, 2, attributes="layout! width widthType localId", may_be_bare=True
    ),
    "mediaGroup": _Node("media", 1, attributes=""),
    "media": _Node(attributes="type! id collection url alt height width occurrenceKey localId"),
    "caption": _Node(
        "text hardBreak mention emoji date placeholder inlineCard status",
    ),
    "mediaInline": _Node(
        attributes="type localId id! alt collection! occurrenceKey width height data"
    ),
    "layoutSection": _Node("layoutColumn", 2, 3),
    "layoutColumn": _Node(
        f"{_BLOCK} expand bodiedExtension", 1, attributes="width! localId valign"
    ),
    "extension": _Node(attributes=_EXTENSION),
    "bodiedExtension": _Node(_BLOCK, 1, attributes=_EXTENSION),
    "inlineExtension": _Node(attributes="extensionKey! extensionType! parameters text localId"),
    "syncBlock": _Node(attributes="resourceId! localId!"),
    "bodiedSyncBlock": _Node(
        f"{_BLOCK} expand layoutSection", 1, attributes="resourceId! localId!"
    ),
    "blockCard": _Node(
        attributes="url data datasource width layout localId", needs_attributes=True
    ),
    "embedCard": _Node(attributes="url! layout! width originalHeight originalWidth localId"),
    "inlineCard": _Node(attributes="url data localId", needs_attributes=True),
    "text": _Node(attributes=""),
    "hardBreak": _Node(attributes="text localId"),
    "mention": _Node(attributes="id! localId text accessLevel userType"),
    "emoji": _Node(attributes="shortName! id text localId"),
    "date": _Node(attributes="timestamp! localId"),
    "status": _Node(attributes="text! color! localId style"),
    "placeholder": _Node(attributes="text! localId"),
}

_TEXT_MARKS = {
    "strong": "",
    "em": "",
    "strike": "",
    "underline": "",
    "code": "",
    "link": "href! title id collection occurrenceKey",
    "subsup": "type!",
    "textColor": "color!",
    "backgroundColor": "color!",
    "annotation": "id! annotationType!",
}
_BESIDE_CODE = {"code", "link", "annotation"}
_BLOCK_MARKS = {
    "paragraph": {"alignment", "indentation", "fontSize"},
    "heading": {"alignment", "indentation"},
    "codeBlock": {"breakout"},
    "expand": {"breakout"},
    "layoutSection": {"breakout"},
    "table": {"fragment"},
    "media": {"link", "annotation", "border", "dataConsumer"},
    "mediaInline": {"link", "annotation", "border", "dataConsumer"},
    "mediaSingle": {"link"},
}
_EXTENSION_MARKS = {"dataConsumer", "fragment"}

_CHOICES = {
    ("panel", "panelType"): ("info", "note", "tip", "warning", "error", "success", "custom"),
    ("taskItem", "state"): ("TODO", "DONE"),
    ("blockTaskItem", "state"): ("TODO", "DONE"),
    ("heading", "level"): (1, 2, 3, 4, 5, 6),
    ("media", "type"): ("file", "link", "external"),
}
_ONE_OF = {
    "inlineCard": ({"url"}, {"data"}),
    "blockCard": ({"url"}, {"data"}, {"datasource"}),
    "media": ({"id", "collection"}, {"url"}),
}
_KEYS_OF_TEXT = {"type", "text", "marks"}
_KEYS_OF_ROOT = {"type", "version", "content"}


def problems(document: Any) -> list[str]:
    """Return what is wrong with a document; nothing where Jira would take it."""
    if not is_document(document):
        return ["not a document"]
    return list(_check(document, "doc"))


def is_document(value: Any) -> bool:
    """Say whether the value calls itself an Atlassian document."""
    return (
        isinstance(value, dict)
        and value.get("type") == "doc"
        and value.get("version") == 1
        and isinstance(value.get("content"), list)
    )


def _check(node: Any, path: str) -> Iterator[str]:
    kind = node.get("type") if isinstance(node, dict) else None
    if kind not in _NODES:
        yield f"{path}: unknown node {kind!r}"
        return
    if unknown := set(node) - _keys_of(kind):
        yield f"{path}: unknown keys {sorted(unknown)}"
    yield from _check_attributes(node, path)
    yield from _check_marks(node, path)
    if kind == "text":
        yield from _check_text(node, path)
        return
    yield from _check_children(node, path)


def _keys_of(kind: str) -> set[str]:
    if kind in ("text", "doc"):
        return _KEYS_OF_TEXT if kind == "text" else _KEYS_OF_ROOT
    rule = _NODES[kind]
    keys = {"type", "marks"}
    keys |= {"content"} if rule.children else set()
    return keys | ({"attrs"} if rule.attributes else set())


def _check_text(node: Mapping[str, Any], path: str) -> Iterator[str]:
    text = node.get("text")
    if not isinstance(text, str) or not text:
        yield f"{path}: a text node without text"


def _check_children(node: Mapping[str, Any], path: str) -> Iterator[str]:
    rule = _NODES[node["type"]]
    children = node.get("content", [])
    if not isinstance(children, list):
        yield f"{path}: content is no list"
        return
    if node["type"] == "tableRow" and "content" not in node:
        yield f"{path}: no content"
    if len(children) < rule.least or len(children) > (rule.most or len(children)):
        yield f"{path}: {len(children)} children"
    allowed = rule.children.split()
    for number, child in enumerate(children):
        kind = child.get("type") if isinstance(child, dict) else None
        here = f"{path}/{number}:{kind}"
        if kind not in allowed:
            yield f"{here}: not allowed in {node['type']}"
            continue
        yield from _check(child, here)


def _check_attributes(node: Mapping[str, Any], path: str) -> Iterator[str]:
    kind = node["type"]
    rule = _NODES[kind]
    attributes = node.get("attrs", {})
    if not isinstance(attributes, dict):
        yield f"{path}: attrs is no object"
        return
    if rule.needs_attributes and "attrs" not in node:
        yield f"{path}: no attributes"
    is_bare = rule.may_be_bare and "attrs" not in node
    if not is_bare and (missing := rule.required - set(attributes)):
        yield f"{path}: without {sorted(missing)}"
    choices = _ONE_OF.get(kind, ())
    if choices and not any(choice <= set(attributes) for choice in choices):
        yield f"{path}: without any of {choices}"
    yield from _check_values(kind, attributes, path)
    if unknown := set(attributes) - rule.allowed:
        yield f"{path}: unknown attributes {sorted(unknown)}"


def _check_values(kind: str, attributes: Mapping[str, Any], path: str) -> Iterator[str]:
    for name, value in attributes.items():
        choices = _CHOICES.get((kind, name))
        if choices is not None and value not in choices:
            yield f"{path}: {name} is {value!r}"


def _check_marks(node: Mapping[str, Any], path: str) -> Iterator[str]:
    marks = node.get("marks", [])
    kinds = [mark.get("type") for mark in marks if isinstance(mark, dict)]
    if "/" in path and path.split("/")[-2].endswith(":codeBlock") and marks:
        yield f"{path}: marks inside code"
    if node["type"] != "text":
        allowed = _BLOCK_MARKS.get(node["type"], set())
        if node["type"].lower().endswith("extension"):
            allowed = _EXTENSION_MARKS
        yield from (f"{path}: mark {kind!r}" for kind in kinds if kind not in allowed)
        return
    if "code" in kinds and set(kinds) - _BESIDE_CODE:
        yield f"{path}: code beside other marks"
    for mark in marks:
        yield from _check_text_mark(mark, path)


def _check_text_mark(mark: Any, path: str) -> Iterator[str]:
    kind = mark.get("type") if isinstance(mark, dict) else None
    if kind not in _TEXT_MARKS:
        yield f"{path}: unknown mark {kind!r}"
        return
    names = _TEXT_MARKS[kind].split()
    attributes = mark.get("attrs", {})
    if {name.rstrip("!") for name in names if name.endswith("!")} - set(attributes):
        yield f"{path}: mark {kind} lacks an attribute"
    if set(attributes) - {name.rstrip("!") for name in names}:
        yield f"{path}: mark {kind} has an unknown attribute"
