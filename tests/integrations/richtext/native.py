"""ADF as Jira Cloud stores it: one document with all that Markdown cannot say, and random ones."""

from hypothesis import strategies as st


def text(words, *marks):
    node = {"type": "text", "text": words}
    return node | (
        {"marks": [mark if isinstance(mark, dict) else {"type": mark} for mark in marks]}
        if marks
        else {}
    )


def paragraph(*content):
    return {"type": "paragraph", "content": list(content)}


MENTION = {"type": "mention", "attrs": {"id": "5b10", "text": "@Mia Krystof", "accessLevel": ""}}
RED = {"type": "textColor", "attrs": {"color": "#ff5630"}}
MEDIA = {
    "type": "mediaSingle",
    "attrs": {"layout": "center", "width": 50},
    "content": [
        {
            "type": "media",
            "attrs": {"type": "file", "id": "a1", "collection": "", "alt": "shot.png"},
        }
    ],
}
PANEL = {
    "type": "panel",
    "attrs": {"panelType": "custom", "panelColor": "#abf5d1", "panelIcon": ":rocket:"},
    "content": [paragraph(text("In the "), text("panel", RED))],
}
TABLE = {
    "type": "table",
    "attrs": {"isNumberColumnEnabled": False, "layout": "default", "localId": "t1"},
    "content": [
        {
            "type": "tableRow",
            "content": [
                {
                    "type": "tableHeader",
                    "attrs": {"colspan": 2},
                    "content": [paragraph(text("Wide"))],
                },
                {
                    "type": "tableHeader",
                    "attrs": {"background": "#deebff"},
                    "content": [paragraph(text("C"))],
                },
            ],
        },
        {
            "type": "tableRow",
            "content": [
                {
                    "type": "tableCell",
                    "attrs": {"rowspan": 2},
                    "content": [paragraph(text("tall"))],
                },
                {
                    "type": "tableCell",
                    "attrs": {},
                    "content": [
                        paragraph(text("two")),
                        {
                            "type": "bulletList",
                            "content": [{"type": "listItem", "content": [paragraph(text("x"))]}],
                        },
                    ],
                },
                {"type": "tableCell", "attrs": {}, "content": [paragraph(MENTION)]},
            ],
        },
        {
            "type": "tableRow",
            "content": [
                {"type": "tableCell", "attrs": {}, "content": [{"type": "paragraph"}]},
                {"type": "tableCell", "attrs": {}, "content": [paragraph(text("end"))]},
            ],
        },
    ],
}
TASKS = {
    "type": "taskList",
    "attrs": {"localId": "l"},
    "content": [
        {"type": "taskItem", "attrs": {"localId": "1", "state": "DONE"}, "content": [text("done")]},
        {
            "type": "taskList",
            "attrs": {"localId": "m"},
            "content": [
                {
                    "type": "taskItem",
                    "attrs": {"localId": "2", "state": "TODO"},
                    "content": [text("open")],
                }
            ],
        },
    ],
}
EXPAND = {
    "type": "expand",
    "attrs": {"title": "More"},
    "content": [paragraph(text("inside")), TASKS],
}
MACRO = {"type": "extension", "attrs": {"extensionType": "x", "extensionKey": "toc"}}
INLINE = paragraph(
    MENTION,
    text(" on "),
    {"type": "date", "attrs": {"timestamp": "1767225600000"}},
    text(" is "),
    {"type": "status", "attrs": {"text": "BLOCKED", "color": "red"}},
    {"type": "hardBreak"},
    {"type": "emoji", "attrs": {"shortName": ":bug:", "text": "🐛"}},
    text(" see "),
    {"type": "inlineCard", "attrs": {"url": "https://e.example/browse/A-1"}},
    text(" and "),
    text("u", "underline"),
    text("s", {"type": "subsup", "attrs": {"type": "sub"}}),
)
EMPTY = {"type": "paragraph", "content": []}
BLOCKS = [INLINE, EMPTY, PANEL, MEDIA, TABLE, TASKS, EXPAND, MACRO, paragraph(text("plain"))]


def document(*content):
    return {"type": "doc", "version": 1, "content": list(content)}


FULL = document(EMPTY, *BLOCKS)

_words = st.sampled_from(
    ["a", "b c", " x ", "*", "_y_", "https://e.example/z", "\n", "é", "- d", "☐ t", "{code}", ""]
)
_marks = st.sets(st.sampled_from(["strong", "em", "strike", "code", "underline"]), max_size=3)
_hrefs = st.sampled_from(["https://e.example/(1)", "javascript:x", "/local"])
_links = st.builds(lambda href: {"type": "link", "attrs": {"href": href}}, _hrefs)
_texts = st.builds(
    lambda words, marks, links: text(words, *sorted(marks), *links),
    _words,
    _marks,
    st.lists(_links, max_size=1),
)
_inlines = st.lists(_texts | st.sampled_from([*INLINE["content"], {"type": "mystery"}]), max_size=5)
_leaves = st.builds(lambda content: paragraph(*content), _inlines) | st.sampled_from(
    [
        *BLOCKS,
        {"type": "rule"},
        {"type": "heading", "attrs": {"level": 2}, "content": [text("H")]},
        None,
        "x",
    ]
)
_containers = [
    "bulletList",
    "orderedList",
    "listItem",
    "blockquote",
    "panel",
    "expand",
    "taskList",
    "taskItem",
    "decisionList",
    "table",
    "tableRow",
    "tableCell",
    "layoutSection",
    "mystery",
]
_blocks = st.recursive(
    _leaves,
    lambda inner: st.builds(
        lambda kind, content: {"type": kind, "content": content},
        st.sampled_from(_containers),
        st.lists(inner, max_size=4),
    ),
    max_leaves=12,
)
documents = st.lists(_blocks, max_size=6).map(lambda content: document(*content))
