"""What a person does at the organization, in words: for tests and for the page."""

from dataclasses import replace
from typing import Any

from integrations.sandbox.azure_devops import comments, files, hooks, work_items
from integrations.sandbox.azure_devops.accounts import READ, Account
from integrations.sandbox.azure_devops.catalogue import FIELDS, Field, project_of
from integrations.sandbox.azure_devops.errors import bad_request, no_field
from integrations.sandbox.azure_devops.links import FILE, upload_of
from integrations.sandbox.azure_devops.model import Comment, Json, Upload, WorkItem
from integrations.sandbox.azure_devops.organization import Organization
from integrations.sandbox.azure_devops.view import View

_STATE = "System.State"


class Human:
    """One person. Fields are given by reference name or in words: `title`, `repro_steps`."""

    def __init__(self, site: Organization, name: str) -> None:
        self._site = site
        self._name = name

    @property
    def who(self) -> Account:
        """Return the person's account as it is now."""
        return self._site.accounts[self._name]

    def items(self) -> list[WorkItem]:
        """Return the work items that the person sees, oldest first."""
        with self._site.work():
            kept = self._site.store.all(WorkItem)
            return [
                one for one in kept if not one.is_deleted and self._site.may(self.who, READ, one)
            ]

    def item(self, id_: int) -> WorkItem:
        """Return a work item."""
        with self._site.work():
            return self._site.item(self.who, id_)

    def status(self, id_: int) -> str:
        """Return the name of a work item's state."""
        return str(self.item(id_).values[_STATE])

    def comments(self, id_: int) -> list[Comment]:
        """Return a work item's comments, oldest first."""
        with self._site.work():
            kept = self._site.store.children(Comment, self._site.item(self.who, id_).id)
            return [one for one in kept if not one.is_deleted]

    def attachments(self, id_: int) -> list[Upload]:
        """Return a work item's files, in the order of its relations."""
        with self._site.work():
            item = self._site.item(self.who, id_)
            found = [upload_of(self._site, one) for one in item.relations if one["rel"] == FILE]
            return [one for one in found if one is not None]

    def create(self, project: str, type_: str, **values: Any) -> WorkItem:
        """Create a work item."""
        with self._site.work():
            found = self._site.project(self.who, project)
            patch = _patch(values)
            return work_items.create(self._site, self.who, found, type_, patch)

    def edit(self, id_: int, **values: Any) -> WorkItem:
        """Change fields; None empties one."""
        with self._site.work():
            item = self._site.item(self.who, id_)
            return work_items.edit(self._site, self.who, item, _patch(values))

    def write_markdown(self, id_: int, field: str, text: str) -> WorkItem:
        """Change a large text field into Markdown."""
        ref = _field(field).ref
        patch = [
            _operation(f"/multilineFieldsFormat/{ref}", "Markdown"),
            _operation(f"/fields/{ref}", text),
        ]
        with self._site.work():
            return work_items.edit(self._site, self.who, self._site.item(self.who, id_), patch)

    def set_status(self, id_: int, name: str, **values: Any) -> WorkItem:
        """Bring a work item to a state, with what that state needs."""
        return self.edit(id_, state=name, **values)

    def comment(self, id_: int, text: str, *, is_markdown: bool = False) -> Comment:
        """Comment in HTML or Markdown."""
        with self._site.work():
            item = self._site.item(self.who, id_)
            return comments.add(self._site, self.who, item, text, is_markdown=is_markdown)

    def edit_comment(self, comment_id: str, text: str) -> Comment:
        """Change a comment."""
        with self._site.work():
            found, item = self._comment(comment_id)
            is_markdown = found.is_markdown
            return comments.edit(self._site, self.who, item, found, text, is_markdown=is_markdown)

    def delete_comment(self, comment_id: str) -> None:
        """Delete a comment."""
        with self._site.work():
            found, item = self._comment(comment_id)
            comments.delete(self._site, self.who, item, found)

    def attach(self, id_: int, name: str, content: bytes) -> Upload:
        """Attach a file."""
        with self._site.work():
            item = self._site.item(self.who, id_)
            made = files.upload(self._site, self.who, name, content)
            url = View(self._site).link(f"wit/attachments/{made.id}")
            patch = [_operation("/relations/-", {"rel": FILE, "url": url})]
            work_items.edit(self._site, self.who, item, patch)
            return made

    def delete(self, id_: int) -> None:
        """Put a work item into the recycle bin."""
        with self._site.work():
            work_items.delete(self._site, self.who, self._site.item(self.who, id_))

    def restore(self, id_: int) -> WorkItem:
        """Take a work item out of the recycle bin."""
        with self._site.work():
            item = self._site.item(self.who, id_, is_deleted=True)
            return work_items.restore(self._site, self.who, item)

    def move(self, id_: int, project: str) -> WorkItem:
        """Move a work item to another project, to the roots of its trees."""
        with self._site.work():
            found = self._site.project(self.who, project)
            roots = {"System.AreaPath": found.name, "System.IterationPath": found.name}
            return self._rebuild(id_, project=found.id, roots=roots)

    def change_type(self, id_: int, type_: str) -> WorkItem:
        """Make a work item one of another type, in that type's first state."""
        with self._site.work():
            return self._rebuild(id_, type_=type_)

    def _rebuild(
        self, id_: int, *, project: str = "", type_: str = "", roots: Json | None = None
    ) -> WorkItem:
        item = self._site.item(self.who, id_)
        found = project_of(project or item.project)
        wanted = found.type(type_ or item.type)
        state = wanted.state(item.values[_STATE]) or wanted.states[0]
        values = {**item.values, **(roots or {}), _STATE: state.name}
        after = replace(item, project=found.id, type=wanted.name, values=values, history="")
        saved = work_items.save(self._site, self.who, item, after)
        hooks.updated(self._site, saved, work_items.latest_update(self._site, saved))
        return saved

    def _comment(self, comment_id: str) -> tuple[Comment, WorkItem]:
        found = self._site.store.get(Comment, comment_id)
        if found is None:
            raise bad_request(f"There is no comment {comment_id}.")
        return found, self._site.item(self.who, found.item)


def _patch(values: Json) -> list[Json]:
    return [_operation(f"/fields/{_field(name).ref}", value) for name, value in values.items()]


def _operation(path: str, value: Any) -> Json:
    return {"op": "replace" if "/fields/" in path else "add", "path": path, "value": value}


def _field(name: str) -> Field:
    for field in FIELDS.values():
        if name in (field.ref, field.name, field.name.lower().replace(" ", "_")):
            return field
    raise no_field(name)
