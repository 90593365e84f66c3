"""Work items, people and comments as JSON; the long forms of the API, the short ones of hooks."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from integrations.sandbox.azure_devops import text
from integrations.sandbox.azure_devops.accounts import Account
from integrations.sandbox.azure_devops.catalogue import FIELDS, Kind, project_of
from integrations.sandbox.azure_devops.model import Comment, Json, Update, WorkItem
from integrations.sandbox.azure_devops.organization import Organization
from integrations.sandbox.azure_devops.times import FOREVER, stamp

_FULL_ONLY = frozenset(
    f"System.{name}"
    for name in ("Id", "Rev", "AuthorizedDate", "RevisedDate", "Watermark", "IsDeleted")
)
_COMPUTED: Mapping[str, Callable[[WorkItem], Any]] = {
    "System.Id": lambda item: item.number,
    "System.TeamProject": lambda item: project_of(item.project).name,
    "System.Rev": lambda item: item.rev,
    "System.AuthorizedDate": lambda item: stamp(item.changed),
    "System.RevisedDate": lambda _: FOREVER,
    "System.WorkItemType": lambda item: item.type,
    "System.CreatedDate": lambda item: stamp(item.created),
    "System.CreatedBy": lambda item: item.creator,
    "System.ChangedDate": lambda item: stamp(item.changed),
    "System.ChangedBy": lambda item: item.changer,
    "System.CommentCount": lambda item: item.comments,
    "System.Watermark": lambda item: item.watermark,
    "System.History": lambda item: item.history or None,
    "System.IsDeleted": lambda item: item.is_deleted or None,
}


@dataclass(frozen=True, slots=True)
class View:
    """What everybody sees; `write_person` decides between objects and `Name <address>`."""

    site: Organization

    def link(self, path: str, project: str = "") -> str:
        """Return the address of an API resource, below a project where one is named."""
        place = f"{self.site.base_url}/{project}" if project else self.site.base_url
        return f"{place}/_apis/{path}"

    def person(self, account: Account) -> Json:
        """Return an identity as the API shows it."""
        avatar = self.link(f"GraphProfile/MemberAvatars/{account.descriptor}")
        return {
            "displayName": account.display_name,
            "url": self.link(f"Identities/{account.identity}"),
            "_links": {"avatar": {"href": avatar}},
            "id": account.identity,
            "uniqueName": account.unique_name,
            "imageUrl": avatar,
            "descriptor": account.descriptor,
        }

    def person_of(self, name: str) -> Json:
        """Return the identity that a row names."""
        return self.person(self.site.accounts[name])

    def label_of(self, name: str) -> str:
        """Return a person as service hooks and reports write them."""
        return self.site.accounts[name].label

    def value(self, ref: str, stored: Any, write_person: Callable[[str], Any]) -> Any:
        """Return a stored value as JSON."""
        if stored is not None and FIELDS[ref].is_identity:
            return write_person(stored)
        return stored

    def fields(self, item: WorkItem, write_person: Callable[[str], Any]) -> Json:
        """Return every field that has a value, in the order of the catalogue."""
        found = {ref: stored_value(item, ref) for ref in FIELDS}
        return {
            ref: self.value(ref, stored, write_person)
            for ref, stored in found.items()
            if stored is not None
        }

    def item(
        self, item: WorkItem, expand: str = "none", only: Mapping[str, None] | None = None
    ) -> Json:
        """Return a work item; `only` names the fields wanted."""
        fields = self.fields(item, self.person_of)
        if only is not None:
            fields = {ref: value for ref, value in fields.items() if ref in only}
        elif expand not in ("fields", "all"):
            fields = {ref: value for ref, value in fields.items() if ref not in _FULL_ONLY}
        body: Json = {"id": item.number, "rev": item.rev, "fields": fields}
        if only is None:
            body["multilineFieldsFormat"] = dict.fromkeys(item.formats, "markdown")
        if expand in ("relations", "all") and item.relations:
            body["relations"] = item.relations
        if expand in ("links", "all"):
            body["_links"] = self.links(item)
        return {**body, "url": self.item_link(item)}

    def item_link(self, item: WorkItem) -> str:
        """Return the address of a work item."""
        place = "recyclebin" if item.is_deleted else "workItems"
        return self.link(f"wit/{place}/{item.number}", item.project)

    def links(self, item: WorkItem) -> Json:
        """Return the addresses of what belongs to a work item."""
        own = self.link(f"wit/workItems/{item.number}", item.project)
        page = f"{self.site.base_url}/{item.project}/_workitems/edit/{item.number}"
        hrefs = {
            "self": own,
            "workItemUpdates": f"{own}/updates",
            "workItemRevisions": f"{own}/revisions",
            "workItemComments": f"{own}/comments",
            "html": page,
            "workItemType": self.link(f"wit/workItemTypes/{item.type}", item.project),
            "fields": self.link("wit/fields", item.project),
        }
        return {name: {"href": href} for name, href in hrefs.items()}

    def comment(self, item: WorkItem, comment: Comment, *, is_rendered: bool = False) -> Json:
        """Return a comment; the text of a deleted one is gone."""
        url = self.link(f"wit/workItems/{item.number}/comments/{comment.id}", item.project)
        body: Json = {
            "workItemId": item.number,
            "id": int(comment.id),
            "version": comment.version,
            "text": "" if comment.is_deleted else comment.text,
            "createdBy": self.person_of(comment.author),
            "createdDate": stamp(comment.created),
            "modifiedBy": self.person_of(comment.editor),
            "modifiedDate": stamp(comment.changed),
            "isDeleted": comment.is_deleted,
            "format": "markdown" if comment.is_markdown else "html",
            "url": url,
        }
        if is_rendered and not comment.is_deleted:
            rendered = text.render(comment.text, is_markdown=comment.is_markdown)
            body["renderedText"] = str(rendered)
        return body


def stored_value(item: WorkItem, ref: str) -> Any:
    """Return the value of a field as it is stored, people by account name; None for none."""
    compute = _COMPUTED.get(ref)
    return compute(item) if compute else item.values.get(ref)


def changed(update: Update, view: View, write_person: Callable[[str], Any]) -> Json:
    """Return the fields of an update; what was or became empty is left out."""
    return {
        ref: {
            name: view.value(ref, value, write_person)
            for name, value in change.items()
            if value is not None
        }
        for ref, change in update.fields.items()
    }


def is_long(ref: str) -> bool:
    """Say whether a field is large text, which lists leave out."""
    return FIELDS[ref].kind in (Kind.HTML, Kind.HISTORY)
