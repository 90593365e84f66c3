"""Markdown and Jira's wiki markup, which Jira Data Center's API version 2 speaks."""

from integrations.richtext import markdown
from integrations.richtext.patch import Form, Unit, splice
from integrations.richtext.tree import Blocks
from integrations.richtext.wiki.parse import read_units
from integrations.richtext.wiki.render import fitted, render

__all__ = ["from_markdown", "patch", "to_markdown"]

_FORM = Form(render, "\n\n")


def from_markdown(md: str) -> str:
    """Return wiki markup that says what the Markdown says."""
    return render(fitted(markdown.parse(md)))


def to_markdown(text: str) -> str:
    """Return what wiki markup says; what Markdown cannot say becomes plain words."""
    return markdown.render(_read(text))


def patch(native: str | None, md: str) -> str:
    """Return the native markup changed to say `md`, every unchanged block as it was."""
    wanted = fitted(markdown.parse(md))
    text = _patched(native or "", wanted)
    # An open macro in a kept block may swallow a new one: then the whole is written anew.
    return text if text == native or _read(text) == wanted else render(wanted)


def _patched(native: str, wanted: Blocks) -> str:
    units = [Unit((start, end), fitted(blocks)) for start, end, blocks in read_units(native)]
    return splice(native, units, wanted, _FORM)


def _read(text: str) -> Blocks:
    return fitted(tuple(block for _, _, blocks in read_units(text) for block in blocks))
