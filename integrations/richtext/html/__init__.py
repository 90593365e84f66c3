"""Markdown and HTML, which Azure DevOps keeps in its large text fields and comments."""

from integrations.richtext import markdown
from integrations.richtext.html.parse import read, read_source
from integrations.richtext.html.render import fitted, render
from integrations.richtext.patch import Unit, splice
from integrations.richtext.tree import Blocks

__all__ = ["from_markdown", "patch", "to_markdown"]

_GAPS = ("", "<br><br>")  # running text that loses the block between would become one


def from_markdown(md: str) -> str:
    """Return HTML that says what the Markdown says; the tracker's own mentions are never made."""
    return render(fitted(markdown.parse(md)))


def to_markdown(html: str) -> str:
    """Return what HTML says; what Markdown cannot say becomes plain words."""
    return markdown.render(_read(html))


def patch(native: str | None, md: str) -> str:
    """Return the native HTML changed to say `md`, every unchanged block as it was."""
    wanted = fitted(markdown.parse(md))
    html = native or ""
    source = read_source(html)
    units = [Unit(unit.native, fitted(unit.blocks)) for unit in source.units]
    for gap in _GAPS:
        inner = splice(html, units, wanted, render, gap)
        text = html[: source.start] + inner + html[source.end :]
        if text == html or _read(text) == wanted:
            return text
    return render(wanted)


def _read(html: str) -> Blocks:
    return fitted(read(html))
