"""The document to GitHub's Markdown, in which no name of a stranger calls that stranger.

GitHub looks for mentions after Markdown, so that no backslash helps; a blank without width behind
the sign does, for the page as for answers by mail.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from integrations.richtext import blocks as block
from integrations.richtext import markdown
from integrations.richtext.tree import CODE, Blocks, Inline, Text

_SILENCE = "\u200b"
_MENTION = re.compile(r"(?<![A-Za-z0-9])@(?=[A-Za-z0-9<])")
_SILENT = re.compile(rf"@{_SILENCE}+(?=[A-Za-z0-9<])")


def fitted(blocks: Blocks) -> Blocks:
    """Return the document as it reads, with mentions that call nobody as plain names."""
    return block.fit(blocks, _SPOKEN)


def render(blocks: Blocks) -> str:
    """Write fitted blocks, mentions silenced."""
    return markdown.render(block.fit(blocks, _SILENCED))


def _spoken(inlines: Iterable[Inline]) -> Iterator[Inline]:
    for inline in inlines:
        if isinstance(inline, Text) and CODE not in inline.marks:
            yield replace(inline, text=_SILENT.sub("@", inline.text))
        else:
            yield inline


def _silenced(inlines: Iterable[Inline]) -> Iterator[Inline]:
    """Silence names in text; GitHub finds none in code and in links."""
    for inline in inlines:
        if isinstance(inline, Text) and CODE not in inline.marks and inline.link is None:
            yield replace(inline, text=_MENTION.sub(f"@{_SILENCE}", inline.text))
        else:
            yield inline


def _shape(change: Callable[[Iterable[Inline]], Iterator[Inline]]) -> block.Shape:
    return block.Shape(block.leaf_of(lambda inlines: block.paragraph(change(inlines)), change))


_SPOKEN = _shape(_spoken)
_SILENCED = _shape(_silenced)
