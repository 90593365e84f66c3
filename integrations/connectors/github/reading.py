"""Issues by their refs: many as a list, else one by one, each with why it is not there."""

from collections.abc import Iterator, Mapping, Sequence
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
from integrations.connectors.github.listing import newest
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
        numbers = {int(number_of(ref.id)): ref for ref in refs}
        known = self._newest(scope, numbers)
        return {
            ref: self._placed(ref, known[number], want)
            if number in known
            else self._probe(ref, want)
            for number, ref in numbers.items()
        }

    def commented(self, scope: str, times: Mapping[int, str], want: Want) -> Iterator[Item]:
        """Yield issues for the sake of their comments: the revision tells them from their like.

        An edited comment need not move the issue's own time.
        """
        known = self._newest(scope, times)
        for number, at in times.items():
            raw = known.get(number) or self._raw(scope, number)
            if raw is not None and is_issue(raw):
                item = self.item(raw, scope, want)
                yield replace(item, rev=f"{item.rev} {at}")

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

    def _newest(self, scope: str, numbers: Mapping[int, object]) -> Mapping[int, Json]:
        """Return some of the issues; why there is no list shows when they are read singly."""
        try:
            return newest(self.site.client, scope, numbers.keys())
        except (GoneError, DeniedError, ScopeError):
            return {}

    def _raw(self, scope: str, number: int) -> Json | None:
        try:
            raw: Json = self.site.client.issue(scope, str(number))
        except GoneError:
            return None
        return raw

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
        place = repository_of(raw)
        if place.casefold() != self.site.client.name(ref.scope).casefold():
            return Moved(Ref(ref.system, place, item_id(raw)))
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
