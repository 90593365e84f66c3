"""Markdown, the form in which rich text is kept and compared: GFM without raw HTML."""

from integrations.richtext.markdown.parse import parse
from integrations.richtext.markdown.render import render

__all__ = ["canonical", "parse", "render"]


def canonical(md: str) -> str:
    """Return the one spelling of a document: two texts mean the same if these are equal."""
    return render(parse(md))
