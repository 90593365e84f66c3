"""Issues that a person looks for, and people whom issues can be given to."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

from integrations.base.errors import DeniedError, GoneError
from integrations.base.items import Found, Person, Ref
from integrations.connectors.jira import jql
from integrations.connectors.jira.endpoints import Json
from integrations.connectors.jira.mapping import person_of
from integrations.connectors.jira.site import Site

_FIELDS = ("project", "issuetype", "summary", "status")
_KEY = re.compile(r"[A-Za-z][A-Za-z0-9_]*-\d+", re.ASCII)


@dataclass(frozen=True, slots=True)
class Finder:
    """Looks around in one Jira."""

    site: Site

    def issues(self, scope: str, text: str, limit: int) -> Sequence[Found]:
        """Return issues of a project by key, by address, or by words of the summary."""
        text = text.strip()
        if "://" in text or _KEY.fullmatch(text):
            key = text if "://" not in text else self._key_in(text)
            return self._named(scope, key.upper()) if key else []
        if not text:
            return []
        found = self.site.client.search(jql.titled(scope, text), _FIELDS, limit=limit)
        return [self._found(issue) for issue in found.issues]

    def people(self, scope: str, text: str) -> Sequence[Person]:
        """Return accounts by the start of a name or e-mail address, which may be hidden from us."""
        text = text.strip()
        found = self.site.client.assignable(scope, text) if text else []
        people = (person_of(raw) for raw in found if raw.get("active", True))
        return [person for person in people if person is not None]

    def _named(self, scope: str, key: str) -> list[Found]:
        try:
            issue = self.site.client.issue(key, _FIELDS)
        except (GoneError, DeniedError):
            return []
        project = issue["fields"]["project"]
        is_here = scope in {str(project["id"]), project["key"]}
        return [self._found(issue)] if is_here else []

    def _key_in(self, address: str) -> str:
        """Return the key that an address of this Jira ends in, or that its board shows."""
        base, given = urlsplit(self.site.system.base_url), urlsplit(address)
        if given.netloc.lower() != base.netloc.lower():
            return ""
        selected = parse_qs(given.query).get("selectedIssue", [""])[0]
        named = selected or given.path.rstrip("/").rpartition("/")[2]
        return named if _KEY.fullmatch(named) else ""

    def _found(self, issue: Json) -> Found:
        fields = issue["fields"]
        base_url = self.site.system.base_url.rstrip("/")
        return Found(
            ref=Ref(self.site.system.id, str(fields["project"]["id"]), str(issue["id"])),
            key=issue["key"],
            url=f"{base_url}/browse/{issue['key']}",
            type=fields["issuetype"]["name"],
            title=fields["summary"],
            status=fields["status"]["name"],
        )
