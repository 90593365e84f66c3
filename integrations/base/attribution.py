"""The line above a copied comment: it tells readers who wrote it where, and us that it is ours.

The marker rides in the fragment of the link, so it survives every rich-text format and costs
nothing to read. `compose` and `split` are each other's inverse, whatever a tracker does between.
"""

import re

from integrations.base.items import NewComment

# Each part ends at a character that it cannot hold, so no text makes the search slow.
_LINE = re.compile(
    r"\A\s*\*\*(?P<author>[^*\n]+)\*\*[ ]·[ ]"
    r"\[(?P<key>(?:\\.|[^\[\]\\\n])*)\]"
    r"\(<?(?P<url>[^\s<>]*?)#tp-sync-(?P<marker>[\w-]+)>?\):?"
    r"(?:(?:[ \t]*\\?\n)+|[ \t]*)",
)
_MARKUP = re.compile(r"[\[\]*_`\\<>~]")


def compose(comment: NewComment) -> str:
    """Return the Markdown to write: attribution line, blank line, text."""
    author = _plain(comment.author.name) or "Somebody"
    address = f"{comment.url}#tp-sync-{comment.marker}"
    target = f"<{address}>" if "(" in address or ")" in address else address
    return f"**{author}** · [{_plain(comment.key) or 'item'}]({target}):\n\n{comment.body.md}"


def split(md: str) -> tuple[str | None, str]:
    """Return the marker, None where the comment is not a copy, and the text without the line."""
    match = _LINE.match(md)
    if match is None:
        return None, md
    return match["marker"], md[match.end() :]


def _plain(text: str) -> str:
    return " ".join(_MARKUP.sub(" ", text).split())
