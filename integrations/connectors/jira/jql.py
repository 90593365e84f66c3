"""Questions in JQL. Moments are epoch milliseconds: text would be read in the account's time zone.

https://support.atlassian.com/jira-software-cloud/docs/jql-fields/#Updated-date
"""

import re
from collections.abc import Iterable

from integrations.base.errors import InvalidError

_TOKEN = re.compile(r"\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*'|[()]|\border\s+by\b", re.IGNORECASE)
_WORD = re.compile(r"\w+")
MAX_WORDS = 10


def changed(project: str, since: int) -> str:
    """Ask for changes since a moment, oldest first."""
    return f"project = {quoted(project)} AND updated >= {since} ORDER BY updated ASC, key ASC"


def created_by_us(project: str, since: int) -> str:
    """Ask for our own creations since a moment."""
    return (
        f"project = {quoted(project)} AND creator = currentUser() AND created >= {since}"
        " ORDER BY created DESC"
    )


def within(project: str, query: str) -> str:
    """Ask for what a person's query finds inside a project, and never outside it."""
    where = _condition(query)
    restriction = f" AND ({where})" if where else ""
    return f"project = {quoted(project)}{restriction} ORDER BY id ASC"


def among(ids: Iterable[str]) -> str:
    """Ask for issues by id."""
    return f"id in ({', '.join(quoted(id_) for id_ in ids)})"


def example(project: str, type_: str, status: str) -> str:
    """Ask for issues of a type that stand in a status."""
    return (
        f"project = {quoted(project)} AND issuetype = {quoted(type_)}"
        f" AND status = {quoted(status)} ORDER BY updated DESC"
    )


def titled(project: str, text: str) -> str:
    """Ask for issues whose summary holds all of these words, as they are or as beginnings.

    Words only: signs would be operators of the text search, and unquoted ones could leave the
    project. A word with `*` is not reduced to its stem, so both forms are asked for.
    """
    words = [word.lower() for word in _WORD.findall(text)][:MAX_WORDS]
    if not words:
        raise InvalidError("Enter a word of the title, a key or an address.")
    whole, begun = " ".join(words), " ".join(f"{word}*" for word in words)
    return (
        f'project = {quoted(project)} AND (summary ~ "{whole}" OR summary ~ "{begun}")'
        " ORDER BY updated DESC"
    )


def quoted(text: str) -> str:
    """Return a name as a JQL string, a number as it is."""
    if text.isascii() and text.isdigit():
        return text
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _condition(query: str) -> str:
    """Cut the order off; brackets that do not match could break out of the project."""
    depth = 0
    for token in _TOKEN.finditer(query):
        depth += {"(": 1, ")": -1}.get(token[0], 0)
        if depth < 0:
            break
        if token[0][0].casefold() == "o":
            query = query[: token.start()]
            break
    if depth:
        raise InvalidError("The brackets of the query do not match.", fix="Try it in Jira first.")
    return query.strip()
