"""Issues by their refs: many as a list, else one by one, each with why it is not there."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime

from integrations.base.errors import (
    ConnectorError,
    DeniedError,
    GoneError,
    InvalidError,
    ScopeError,
)
from integrations.base.items import Denied, Fetched, Gone, Item, Moved, Ref, Want
from integrations.connectors.github.client import Json
from integrations.connectors.github.listing import listed
from integrations.connectors.github.mapping import is_issue, item_id, number_of, repository_of
from integrations.connectors.github.poll import clock
from integrations.connectors.github.site import Site


@dataclass(frozen=True, slots=True)
class Reading:
    """Reads the issues of one GitHub."""

    site: Site

    def item(self, raw: Json, scope: str, want: Want) -> Item:
        """Return an issue as read, its comments with it where they are wanted."""
        self.site.learn(raw)
        is_talked_about = want.comments and raw.get("comments")
        comments = self.site.client.comments(scope, str(raw["number"])) if is_talked_about else ()
        return self.site.reader.item(raw, scope, want, comments)

    def server_now(self, scope: str) -> datetime:
        """Return GitHub's time, once it is sure that a repository has issues."""
        answer = self.site.client.repository(scope)
        repository = answer.json()
        if not repository.get("has_issues", True):
            raise ScopeError(
                f"Issues are switched off in {repository['full_name']}.",
                fix="Tick “Issues” in the repository's settings.",
            )
        return clock(answer)

    def fetch(self, scope: str, refs: Sequence[Ref], want: Want) -> Mapping[Ref, Fetched]:
        """Return the present state of issues of one repository."""
        known = self._known(scope, refs)
        return {
            ref: self._placed(ref, known[ref.id], want)
            if ref.id in known
            else self._probe(ref, want)
            for ref in refs
        }

    def commented(self, scope: str, times: Mapping[int, str], want: Want) -> Iterator[Item]:
        """Yield issues for the sake of their comments, by revisions that nobody has seen yet."""
        known = self._many(scope, times.keys())
        for number, at in times.items():
            for raw in [known[number]] if number in known else self.numbered(scope, str(number)):
                item = self.item(raw, scope, want)
                yield replace(item, rev=f"{item.rev} {at}")

    def numbered(self, scope: str, number: str) -> list[Json]:
        """Return the issue of a number, none where there is none or it went elsewhere."""
        try:
            raw = self.site.client.issue(scope, number)
        except GoneError:
            return []
        return [raw] if is_issue(raw) and self._is_here(raw, scope) else []

    @contextmanager
    def inside(self, scope: str) -> Iterator[None]:
        """Tell a repository that is closed to us from any other refusal."""
        try:
            yield
        except (InvalidError, GoneError, DeniedError) as error:
            closed = self._closed(scope)
            if closed is None:
                raise
            raise closed from error

    def _known(self, scope: str, refs: Sequence[Ref]) -> Mapping[str, Json]:
        """Return some of the issues by id."""
        numbers = {int(number) for ref in refs if (number := ref.id.partition("-")[0]).isdecimal()}
        return {item_id(raw): raw for raw in self._many(scope, numbers).values()}

    def _many(self, scope: str, numbers: Collection[int]) -> Mapping[int, Json]:
        """Return some of the issues by number; why there is no list shows when they are read."""
        try:
            rows = listed(self.site.client, scope, numbers)
        except (GoneError, DeniedError, InvalidError, ScopeError):
            return {}
        return {number: raw for number, raw in rows.items() if is_issue(raw)}

    def _is_here(self, raw: Json, scope: str) -> bool:
        return repository_of(raw).casefold() == self.site.client.name(scope).casefold()

    def _probe(self, ref: Ref, want: Want) -> Fetched:
        """Read one, or say why there is none: GitHub hides what is closed as if it were gone."""
        try:
            raw = self.site.client.issue(ref.scope, number_of(ref.id))
        except (GoneError, ScopeError):
            closed = self._closed(ref.scope)
            return Denied(closed.message) if closed else Gone()
        except DeniedError as error:
            return Denied(error.message)
        return self._placed(ref, raw, want)

    def _placed(self, ref: Ref, raw: Json, want: Want) -> Fetched:
        """Return an item, or where it went; another repository may have taken the name."""
        if not self._is_here(raw, ref.scope):
            return Moved(Ref(ref.system, repository_of(raw), item_id(raw)))
        if item_id(raw) != ref.id or not is_issue(raw):
            return Gone()
        return self.item(raw, ref.scope, want)

    def _closed(self, scope: str) -> ConnectorError | None:
        """Say what keeps us out of a repository's issues, None where nothing does."""
        try:
            self.server_now(scope)
        except ScopeError as error:
            return error
        except (GoneError, DeniedError):
            return ScopeError(
                f"The repository {scope} does not exist or is closed to our account.",
                fix="Choose it in the token's “Repository access”, or choose another one.",
            )
        return None
