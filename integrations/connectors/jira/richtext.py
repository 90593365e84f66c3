"""Jira's two formats of rich text, by one name."""

from typing import Any, Protocol

from integrations.base.items import Rich
from integrations.richtext import adf, wiki


class Text(Protocol):
    """A format: from and to our Markdown."""

    def read(self, native: Any) -> Rich | None:
        """Return a document as Markdown, with the original beside it."""

    def write(self, md: str) -> Any:
        """Return Markdown as a document."""

    def patch(self, native: Any, md: str) -> Any:
        """Return the document with its text changed and all that did not change kept."""


class DocumentFormat:
    """Atlassian's document format, of Jira Cloud."""

    def read(self, native: Any) -> Rich | None:
        """Return a document as Markdown, with the original beside it."""
        return Rich(adf.to_markdown(native), native) if native else None

    def write(self, md: str) -> Any:
        """Return Markdown as a document."""
        return adf.from_markdown(md)

    def patch(self, native: Any, md: str) -> Any:
        """Return the document with its text changed and all that did not change kept."""
        return adf.patch(native, md)


class WikiMarkup:
    """Wiki markup, of Jira Data Center."""

    def read(self, native: Any) -> Rich | None:
        """Return wiki markup as Markdown, with the original beside it."""
        return Rich(wiki.to_markdown(native), native) if native else None

    def write(self, md: str) -> Any:
        """Return Markdown as wiki markup."""
        return wiki.from_markdown(md)

    def patch(self, native: Any, md: str) -> Any:
        """Return the markup with its text changed and all that did not change kept."""
        return wiki.patch(native, md)
