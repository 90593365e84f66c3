"""Everything small that Jira shows: people, statuses, options, times, links to itself."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from integrations.sandbox.clock import moment
from integrations.sandbox.jira.accounts import Account
from integrations.sandbox.jira.catalogue import (
    PRIORITIES,
    RESOLUTIONS,
    Category,
    Field,
    IssueType,
    Kind,
    Option,
    Project,
    Status,
)
from integrations.sandbox.jira.face import avatars
from integrations.sandbox.jira.model import Json
from integrations.sandbox.jira.site import Site

_NAMED = {
    Kind.PRIORITY: {option.id: option for option in PRIORITIES},
    Kind.RESOLUTION: {option.id: option for option in RESOLUTIONS},
}


@dataclass(frozen=True, slots=True)
class View:
    """What one account sees; `version` of the API stands in the links."""

    site: Site
    who: Account
    version: str

    def link(self, path: str) -> str:
        """Return a link to a resource of the API."""
        return f"{self.site.base_url}/rest/api/{self.version}/{path}"

    def time(self, millis: int | None) -> str | None:
        """Return a time as Jira writes it, in the time zone of the account."""
        if millis is None:
            return None
        at = moment(millis, self.who.time_zone)
        return f"{at:%Y-%m-%dT%H:%M:%S}.{millis % 1000:03}{at:%z}"

    def person(self, name: str | None) -> Json | None:
        """Return an account by the name that rows hold."""
        if name is None:
            return None
        return self.site.face.person(self.site.accounts[name], self.site.base_url)

    def category(self, category: Category) -> Json:
        """Return a status category."""
        return {
            "self": self.link(f"statuscategory/{category.id}"),
            "id": category.id,
            "key": category.key,
            "colorName": category.colour,
            "name": category.name,
        }

    def status(self, status: Status) -> Json:
        """Return a status."""
        return {
            "self": self.link(f"status/{status.id}"),
            "description": "",
            "iconUrl": f"{self.site.base_url}/images/icons/statuses/generic.png",
            "name": status.name,
            "id": status.id,
            "statusCategory": self.category(status.category),
        }

    def priority(self, option: Option) -> Json:
        """Return a priority."""
        return {
            "self": self.link(f"priority/{option.id}"),
            "iconUrl": f"{self.site.base_url}/images/icons/priorities/{option.id}.svg",
            "name": option.name,
            "id": option.id,
        }

    def resolution(self, option: Option) -> Json:
        """Return a resolution."""
        return {
            "self": self.link(f"resolution/{option.id}"),
            "id": option.id,
            "description": "",
            "name": option.name,
        }

    def option(self, option: Option) -> Json:
        """Return an option of a custom field."""
        return {
            "self": self.link(f"customFieldOption/{option.id}"),
            "value": option.name,
            "id": option.id,
        }

    def issue_type(self, type_: IssueType) -> Json:
        """Return a type of issue."""
        return {
            "self": self.link(f"issuetype/{type_.id}"),
            "id": type_.id,
            "description": type_.description,
            "iconUrl": f"{self.site.base_url}/images/icons/issuetypes/{type_.id}.png",
            "name": type_.name,
            "subtask": False,
            "avatarId": 10300,
        }

    def project(self, project: Project) -> Json:
        """Return a project as issues show it."""
        return {
            "self": self.link(f"project/{project.id}"),
            "id": project.id,
            "key": project.key,
            "name": project.name,
            "projectTypeKey": "software",
            "simplified": False,
            "avatarUrls": avatars(self.site.base_url, int(project.id)),
        }

    def options_of(self, field: Field, project: Project) -> list[Json]:
        """Return what may be chosen in a field; nothing where anything may be written."""
        if field.kind is Kind.PRIORITY:
            return [self.priority(option) for option in project.priorities]
        if field.kind is Kind.RESOLUTION:
            return [self.resolution(option) for option in RESOLUTIONS]
        return [self.option(option) for option in field.options]

    def value(self, field: Field, stored: Any) -> Any:
        """Return a stored value of a field."""
        if field.kind is Kind.LABELS:
            return stored or []
        if stored is None or field.kind not in _SHOWN:
            return stored
        return _SHOWN[field.kind](self, field, stored)


def _person(view: View, _: Field, stored: Any) -> Any:
    return view.person(stored)


def _priority(view: View, field: Field, stored: Any) -> Any:
    return view.priority(_NAMED[field.kind][stored])


def _resolution(view: View, field: Field, stored: Any) -> Any:
    return view.resolution(_NAMED[field.kind][stored])


def _option(view: View, field: Field, stored: Any) -> Any:
    return next(view.option(option) for option in field.options if option.id == stored)


def _options(view: View, field: Field, stored: Any) -> Any:
    return [view.option(option) for option in field.options if option.id in stored]


_SHOWN: Mapping[Kind, Callable[[View, Field, Any], Any]] = {
    Kind.USER: _person,
    Kind.PRIORITY: _priority,
    Kind.RESOLUTION: _resolution,
    Kind.OPTION: _option,
    Kind.OPTIONS: _options,
}


def in_words(site: Site, field: Field, stored: Any) -> tuple[str | None, str | None]:
    """Return a stored value as history tells it: its id where it has one, and its words."""
    if stored in (None, []):
        return None, None
    if field.kind is Kind.USER:
        account = site.account(stored)
        person = site.face.person(account, "")
        return person.get("accountId") or person["key"], account.display_name
    options = _NAMED[field.kind].values() if field.kind in _NAMED else field.options
    if options:
        chosen = [option for option in options if option.id in _listed(stored)]
        return ", ".join(o.id for o in chosen), ", ".join(o.name for o in chosen)
    if field.kind is Kind.RICH:
        return None, site.face.wiki(stored)
    return None, " ".join(stored) if field.kind is Kind.LABELS else str(stored)


def _listed(stored: Any) -> list[Any]:
    return stored if isinstance(stored, list) else [stored]
