"""Walking through pages: by number, by token, by Link header; each refuses to go in circles."""

from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from requests.utils import parse_header_links

from integrations.base.answers import Answer
from integrations.base.errors import TransientError

T = TypeVar("T")


def _refuse_circles(seen: set[Hashable], place: Hashable) -> None:
    if place in seen:
        raise TransientError("The tracker gives the same page again and again.")
    seen.add(place)


@dataclass(frozen=True, slots=True)
class OffsetPages(Generic[T]):
    """Rows of `fetch(start)`, which gives the page's rows and whether it is the last one."""

    fetch: Callable[[int], tuple[Sequence[T], bool]]

    def __iter__(self) -> Iterator[T]:
        start = 0
        while True:
            rows, is_last = self.fetch(start)
            yield from rows
            if is_last or not rows:
                return
            start += len(rows)


@dataclass(frozen=True, slots=True)
class CursorPages(Generic[T]):
    """Rows of `fetch(token)`, which gives the page's rows and the next token, None at the end."""

    fetch: Callable[[str | None], tuple[Sequence[T], str | None]]

    def __iter__(self) -> Iterator[T]:
        token: str | None = None
        seen: set[Hashable] = set()
        while True:
            _refuse_circles(seen, token)
            rows, token = self.fetch(token)
            yield from rows
            if token is None:
                return


@dataclass(frozen=True, slots=True)
class LinkHeaderPages:
    """Answers from `first` on, following `Link: <…>; rel="next"`."""

    fetch: Callable[[str], Answer]
    first: str

    def __iter__(self) -> Iterator[Answer]:
        url: str | None = self.first
        seen: set[Hashable] = set()
        while url is not None:
            _refuse_circles(seen, url)
            answer = self.fetch(url)
            yield answer
            url = next_link(answer)


def next_link(answer: Answer) -> str | None:
    """Return where the next page is, None on the last one."""
    links = parse_header_links(answer.headers.get("Link", ""))
    return next((link["url"] for link in links if link.get("rel") == "next"), None)
