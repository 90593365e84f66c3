"""The line above a copied comment: it tells readers who wrote it where, and us that it is ours.

The marker rides in the fragment of the link, so it survives every rich-text format and costs
nothing to read. `compose` and `split` are each other's inverse.
"""

import re

from integrations.base.items import NewComment

_LINE = re.compile(
    r"\A\*\*(?P<author>.*?)\*\*[ ]·[ ]"
    r"\[(?P<key>.*?)\]\((?P<url>[^()\s]*?)#tp-sync-(?P<marker>[\w-]+)\):?"
    r"[ ]*(?:\n\s*\n?|\Z)",
)


def compose(comment: NewComment) -> str:
    """Return the Markdown to write: attribution line, blank line, text."""
    author = re.sub(r"[\[\]()*_`\n]", " ", comment.author.name).strip() or "Somebody"
    link = f"[{comment.key}]({comment.url}#tp-sync-{comment.marker})"
    return f"**{author}** · {link}:\n\n{comment.body.md}"


def split(md: str) -> tuple[str | None, str]:
    """Return the marker, None where the comment is not a copy, and the text without the line."""
    match = _LINE.match(md)
    if match is None:
        return None, md
    return match["marker"], md[match.end() :]
