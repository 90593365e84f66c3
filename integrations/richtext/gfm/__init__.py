"""Our Markdown and that of GitHub, which Azure DevOps' Markdown fields take as well."""

from integrations.richtext import markdown
from integrations.richtext.gfm.parse import read_blocks, read_units
from integrations.richtext.gfm.render import fitted, render
from integrations.richtext.patch import Form, Unit, splice
from integrations.richtext.tree import Blocks

__all__ = ["from_markdown", "patch", "to_markdown"]

_FORM = Form(render, "\n\n")


def from_markdown(md: str) -> str:
    """Return what GitHub shows as the Markdown says; a name in it notifies nobody."""
    return render(fitted(markdown.parse(md)))


def to_markdown(native: str) -> str:
    """Return what a body says; comments go, raw HTML becomes what Markdown can say of it."""
    return markdown.render(_read(native))


def patch(native: str | None, md: str) -> str:
    """Return the native text changed to say `md`, every unchanged block as it was."""
    wanted = fitted(markdown.parse(md))
    units = [Unit(unit.native, fitted(unit.blocks)) for unit in read_units(native or "")]
    text = splice(native or "", units, wanted, _FORM)
    # A list that begins beside a kept one, or raw HTML left open, may join what is new to it.
    return text if text == native or _read(text) == wanted else render(wanted)


def _read(native: str) -> Blocks:
    return fitted(read_blocks(native))
