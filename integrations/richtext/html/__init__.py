"""Markdown and HTML, which Azure DevOps keeps in its large text fields and comments."""

from integrations.richtext import markdown
from integrations.richtext.html.parse import read, read_entries, read_source
from integrations.richtext.html.render import entries, fitted, render
from integrations.richtext.patch import Form, Unit, splice
from integrations.richtext.tree import Blocks, Item, List

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
        inner = splice(html, units, wanted, Form(render, gap, _edited))
        text = html[: source.start] + inner + html[source.end :]
        if text == html or _read(text) == wanted:
            return text
    return render(wanted)


def _edited(native: str, wanted: List) -> str:
    """Return a list with its changed entries written anew, all others as they were."""
    source = read_entries(native)
    units = source.units if source else []
    fit = [Unit(unit.native, _fitted_entries(unit.blocks)) for unit in units]
    inner = splice(native, fit, wanted.items, Form(entries, ""))
    text = native[: source.start] + inner + native[source.end :] if source else ""
    return text if _read(text) == (wanted,) else render((wanted,))


def _fitted_entries(items: tuple[Item, ...]) -> tuple[Item, ...]:
    lists = fitted((List(items),))
    return tuple(item for each in lists if isinstance(each, List) for item in each.items)


def _read(html: str) -> Blocks:
    return fitted(read(html))
