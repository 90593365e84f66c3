"""What a person types to find an issue: its number, its key, its address, or words of its title."""

import re
from urllib.parse import urlsplit

_KEY = re.compile(r"(?:(?P<repository>[\w.-]+(?:/[\w.-]+)?)?#)?(?P<number>\d{1,15})", re.ASCII)
_PAGE = re.compile(r"/(?P<repository>[\w.-]+/[\w.-]+)/issues/(?P<number>\d{1,15})/?", re.ASCII)
_WORD = re.compile(r"[^\W_]+")


def number_in(text: str, repository: str) -> str | None:
    """Return the number that a text names; empty where it names one of another repository."""
    typed = text.strip()
    found = _KEY.fullmatch(typed) or _PAGE.fullmatch(urlsplit(typed).path if "://" in typed else "")
    if found is None:
        return None
    named = (found["repository"] or repository).casefold()
    return found["number"] if named in _names(repository) else ""


def words_query(text: str, repository: str) -> str:
    """Return a search for words of titles within a repository, empty where there are no words.

    https://docs.github.com/en/search-github/searching-on-github/searching-issues-and-pull-requests
    """
    words = " ".join(f'"{word}"' for word in _WORD.findall(text)[:8])
    return f"repo:{repository} is:issue in:title {words}" if words else ""


def _names(repository: str) -> tuple[str, str]:
    full = repository.casefold()
    return full, full.rpartition("/")[2]
