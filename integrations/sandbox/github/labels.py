"""Making, changing and deleting labels; and putting them on issues by name."""

import re
from collections.abc import Sequence
from dataclasses import replace

from integrations.sandbox.github import announce, values
from integrations.sandbox.github.accounts import Account
from integrations.sandbox.github.catalogue import NEW_LABEL_COLOR
from integrations.sandbox.github.errors import invalid, missing
from integrations.sandbox.github.model import Issue, Json, Label, Repository
from integrations.sandbox.github.site import Site

_MAX_NAME = 50
_MAX_ABOUT = 100
_COLOR = re.compile(r"[0-9a-fA-F]{6}")


def create(site: Site, who: Account, repository: Repository, raw: Json) -> Label:
    """Make a label; one that is called the same, however written, is in the way."""
    if "name" not in raw:
        raise missing("name")
    name = _name(raw, "name")
    if site.label(repository, name) is not None:
        raise invalid("Label", "name", "already_exists")
    color = _color(raw) if "color" in raw else NEW_LABEL_COLOR
    return _make(site, who, repository, name, color, _about(raw))


def edit(site: Site, who: Account, repository: Repository, label: Label, raw: Json) -> Label:
    """Change a label's name, colour, description; issues that bear it are not touched."""
    name = _name(raw, "new_name") if "new_name" in raw else label.name
    other = site.label(repository, name)
    if other is not None and other.id != label.id:
        raise invalid("Label", "name", "already_exists")
    changed = replace(
        label,
        name=name,
        color=_color(raw) if "color" in raw else label.color,
        description=_about(raw) if "description" in raw else label.description,
    )
    site.store.put(changed)
    old = {"name": label.name, "color": label.color, "description": label.description or ""}
    new = {"name": changed.name, "color": changed.color, "description": changed.description or ""}
    changes = {key: {"from": old[key]} for key in old if old[key] != new[key]}
    announce.label(site, who, changed, "edited", {"changes": changes})
    return changed


def delete(site: Site, who: Account, repository: Repository, label: Label) -> None:
    """Delete a label, and take it from all issues."""
    for issue in site.store.children(Issue, repository.id):
        if label.id in issue.labels:
            site.store.put(replace(issue, labels=[id_ for id_ in issue.labels if id_ != label.id]))
    site.store.delete(label)
    announce.label(site, who, label, "deleted")


def ensure(site: Site, who: Account, repository: Repository, names: Sequence[str]) -> list[str]:
    """Return the ids of labels by name; a name that nobody knows becomes a label."""
    found = []
    for name in names:
        clean = _name({"name": name}, "name")
        label = site.label(repository, clean)
        if label is None:
            label = _make(site, who, repository, clean, NEW_LABEL_COLOR, None)
        found.append(label.id)
    return list(dict.fromkeys(found))


def _make(
    site: Site, who: Account, repository: Repository, name: str, color: str, about: str | None
) -> Label:
    label = Label(site.next_id("label", 9001), repository.id, name, color, about)
    site.store.put(label)
    announce.label(site, who, label, "created")
    return label


def _name(raw: Json, key: str) -> str:
    name = (values.text(raw, key) or "").strip()
    if not name:
        raise invalid("Label", "name", "missing_field")
    values.not_too_long("Label", "name", name, _MAX_NAME)
    return name


def _color(raw: Json) -> str:
    color = values.text(raw, "color") or ""
    if not _COLOR.fullmatch(color):
        raise invalid("Label", "color")
    return color.lower()


def _about(raw: Json) -> str | None:
    about = values.text(raw, "description")
    values.not_too_long("Label", "description", about or "", _MAX_ABOUT)
    return about or None
