"""A work item being changed: what a JSON Patch does to it before the rules look at it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from integrations.sandbox.azure_devops import fields, links, tags
from integrations.sandbox.azure_devops.accounts import Account
from integrations.sandbox.azure_devops.catalogue import Field, Kind, Project, find_field
from integrations.sandbox.azure_devops.errors import RuleError, VssError, bad_request
from integrations.sandbox.azure_devops.fields import BrokenRuleError
from integrations.sandbox.azure_devops.model import Json, WorkItem
from integrations.sandbox.azure_devops.organization import Organization

TAGS = "System.Tags"
HISTORY = "System.History"
_OPERATIONS = ("add", "replace", "remove", "test")
_FORMATS = {"markdown": True, "html": False}
_FIXED = {"System.CreatedBy": "creator", "System.ChangedBy": "changer"}


@dataclass(slots=True)
class Draft:
    """A work item on its way to the next revision."""

    site: Organization
    who: Account
    project: Project
    item: WorkItem
    may_bypass: bool = False
    values: Json = field(default_factory=dict)
    formats: set[str] = field(default_factory=set)
    relations: list[Json] = field(default_factory=list)
    history: str = ""
    touched: set[str] = field(default_factory=set)
    broken: list[RuleError] = field(default_factory=list)

    @classmethod
    def of(
        cls,
        site: Organization,
        who: Account,
        project: Project,
        item: WorkItem,
        *,
        may_bypass: bool = False,
    ) -> "Draft":
        """Begin a change of a work item."""
        relations = [dict(relation) for relation in item.relations]
        return cls(
            site, who, project, item, may_bypass, dict(item.values), set(item.formats), relations
        )

    def apply(self, patch: Any) -> None:
        """Do every operation of a JSON Patch, in order."""
        operations = _checked(patch)
        self._read_formats(operations)
        for operation in operations:
            self._apply_one(operation["op"], operation["path"], operation.get("value"))

    def result(self) -> WorkItem:
        """Return the work item as the patch leaves it, with the old revision still."""
        kept = {name: value for name, value in self.values.items() if value is not None}
        formats = sorted(name for name in self.formats if name in kept)
        return replace(self.item, values=kept, formats=formats, relations=self.relations)

    def _read_formats(self, operations: list[Json]) -> None:
        written = {operation["path"].casefold() for operation in operations}
        for operation in operations:
            root, _, name = operation["path"].strip("/").partition("/")
            if root.casefold() != "multilinefieldsformat":
                continue
            if not self.site.settings.has_markdown:
                raise _no_path(operation["path"])
            found = find_field(name)
            wanted = str(operation.get("value", "")).casefold()
            if found.kind is not Kind.HTML or wanted not in _FORMATS:
                raise bad_request(f"Invalid format '{wanted}' for field {found.ref}.")
            if f"/fields/{found.ref}".casefold() not in written:
                message = f"VS403319: The type changed without a value for field {found.ref}."
                raise bad_request(message)
            change = self.formats.add if _FORMATS[wanted] else self.formats.discard
            change(found.ref)

    def _apply_one(self, op: str, path: str, value: Any) -> None:
        root, _, rest = path.strip("/").partition("/")
        parts: Mapping[str, Callable[[str, str, Any], None]] = {
            "rev": self._test_rev,
            "fields": self._set_field,
            "relations": self._change_link,
            "multilinefieldsformat": lambda *_: None,
        }
        if root.casefold() not in parts or (root.casefold() != "rev" and not rest):
            raise _no_path(path)
        parts[root.casefold()](op, rest, value)

    def _test_rev(self, op: str, rest: str, value: Any) -> None:
        if op != "test" or rest:
            raise _no_path("/rev")
        if str(value) != str(self.item.rev):
            raise _failed_test("/rev", self.item.rev, value)

    def _set_field(self, op: str, name: str, value: Any) -> None:
        found = find_field(name)
        if op == "test":
            kept = self.values.get(found.ref)
            if str(kept) != str(value):
                raise _failed_test(f"/fields/{name}", kept, value)
            return
        self.touched.add(found.ref)
        if found.is_read_only:
            self._set_fixed(found, value)
            return
        try:
            stored = None if op == "remove" else self._stored(found, value)
        except BrokenRuleError as error:
            self.broken.append(error.rule)
            return
        if found.ref == HISTORY:
            self.history = stored or ""
        elif found.ref == TAGS:
            self._set_tags(op, stored or "")
        else:
            self.values[found.ref] = stored

    def _stored(self, found: Field, value: Any) -> Any:
        is_markdown = found.ref in self.formats
        return fields.store(self.site, self.project, found, value, is_markdown=is_markdown)

    def _set_tags(self, op: str, value: str) -> None:
        before = self.values.get(TAGS) or ""
        names = tags.merged(before, value) if op == "add" else tags.merged(value)
        if len(tags.read(names)) > tags.MAX_TAGS:
            raise bad_request(f"TF401256: A work item can have up to {tags.MAX_TAGS} tags.")
        self.values[TAGS] = names or None

    def _set_fixed(self, found: Field, value: Any) -> None:
        if not self.may_bypass or found.ref not in _FIXED:
            self.broken.append(RuleError.of(found.ref, found.name, "readOnly"))
            return
        person = fields.store(self.site, self.project, found, value, is_markdown=False)
        self.item = replace(self.item, **{_FIXED[found.ref]: person})

    def _change_link(self, op: str, rest: str, value: Any) -> None:
        if op == "test":
            raise _no_path(f"/relations/{rest}")
        if op == "add" and rest == "-":
            self.relations.append(links.made(self.site, self.relations, value))
            return
        index, _, attribute = rest.partition("/attributes/")
        if not index.isdigit() or int(index) >= len(self.relations):
            raise _no_path(f"/relations/{rest}")
        if attribute:
            attributes = {**self.relations[int(index)]["attributes"], attribute: value}
            self.relations[int(index)] = {**self.relations[int(index)], "attributes": attributes}
        elif op == "remove":
            del self.relations[int(index)]
        else:
            raise _no_path(f"/relations/{rest}")


def _checked(patch: Any) -> list[Json]:
    is_list = isinstance(patch, list) and bool(patch)
    if not is_list or not all(isinstance(one, dict) and one.get("path") for one in patch):
        raise VssError(
            400,
            "You must pass a valid patch document in the body of the request.",
            "VssPropertyValidationException",
        )
    for operation in patch:
        if str(operation.get("op")).casefold() not in _OPERATIONS:
            raise bad_request(f"The patch operation '{operation.get('op')}' is not supported.")
    return [{**one, "op": one["op"].casefold()} for one in patch]


def _failed_test(path: str, kept: object, given: object) -> VssError:
    message = (
        f"VS403351: Test Operation for path {path} failed, value {kept} "
        f"was not equal to test value {given}."
    )
    return VssError(
        412,
        message,
        "TestPatchOperationFailedException",
        namespace="Microsoft.VisualStudio.Services.WebApi.Patch",
    )


def _no_path(path: str) -> VssError:
    return bad_request(f"Unable to evaluate path {path}.", "PatchOperationFailedException")
