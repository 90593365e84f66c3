"""Comments of work items: Markdown, and HTML where a server knows nothing else."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from integrations.base import attribution
from integrations.base.errors import GoneError
from integrations.base.items import Comment, NewComment, Ref
from integrations.connectors.azure_devops import richtext
from integrations.connectors.azure_devops.client import Format
from integrations.connectors.azure_devops.site import Site
from integrations.connectors.azure_devops.writing import refuse_long


@dataclass(frozen=True, slots=True)
class Comments:
    """The comments of one organisation."""

    site: Site

    def of(self, ref: Ref) -> Sequence[Comment]:
        """Return an item's comments, oldest first."""
        return self.site.reader.comments(self.site.client.comments(ref.scope, ref.id))

    def find(self, ref: Ref, marker: str) -> Comment | None:
        """Return our comment with a marker."""
        return next((comment for comment in self.of(ref) if comment.marker == marker), None)

    def add(self, ref: Ref, comment: NewComment) -> Comment:
        """Add a copy of a comment."""
        text, kind = self._written(comment)
        raw = self.site.client.add_comment(ref.scope, ref.id, text, kind)
        made = self.site.reader.comment(raw)
        if kind == "markdown" and str(raw.get("format", "")).casefold() != kind:
            # A server that knows no Markdown overlooks the format and keeps it as HTML.
            self.site.edits.has_markdown = False
            return self.edit(ref, made.id, comment)
        return replace(made, marker=comment.marker)

    def edit(self, ref: Ref, comment_id: str, comment: NewComment) -> Comment:
        """Replace the text of a copy."""
        text, kind = self._written(comment)
        raw = self.site.client.edit_comment((ref.scope, ref.id), comment_id, text, kind)
        return replace(self.site.reader.comment(raw), marker=comment.marker)

    def delete(self, ref: Ref, comment_id: str) -> None:
        """Delete a comment; one that is already gone is fine."""
        with suppress(GoneError):
            self.site.client.delete_comment(ref.scope, ref.id, comment_id)

    def _written(self, comment: NewComment) -> tuple[str, Format]:
        is_markdown = self.site.edits.has_markdown
        text = richtext.write(attribution.compose(comment), is_markdown=is_markdown)
        refuse_long("comment", text)
        return text, "markdown" if is_markdown else "html"
