"""Questions in WIQL; a text stands in single quotes, which are doubled inside it.

https://learn.microsoft.com/azure/devops/boards/queries/wiql-syntax
"""

import re
from datetime import datetime

from integrations.base.errors import InvalidError
from integrations.connectors.azure_devops.times import written

_HERE = "SELECT [System.Id] FROM WorkItems WHERE [System.TeamProject] = @project"
_TOKEN = re.compile(r"'(?:''|[^'])*'|[()']|\bwhere\b|\border\s+by\b|\basof\b", re.IGNORECASE)
_ENDS = ("order", "asof")
_WORD = re.compile(r"\w+")
MAX_WORDS = 10


def within(query: str, above: str) -> str:
    """Ask for what a person's query finds inside a project, ids above one, in their order."""
    where = _condition(query)
    restriction = f" AND ({where})" if where else ""
    return f"{_HERE} AND [System.Id] > {int(above)}{restriction} ORDER BY [System.Id]"


def created_by_us(since: datetime) -> str:
    """Ask for our own creations since a moment, newest first."""
    return (
        f"{_HERE} AND [System.CreatedBy] = @me AND [System.CreatedDate] >= '{written(since)}'"
        " ORDER BY [System.CreatedDate] DESC"
    )


def titled(text: str) -> str:
    """Ask for titles that hold all words of a text, what changed last first.

    Each word is a condition of its own: several words in one mean a phrase.
    """
    holds = (f" AND [System.Title] CONTAINS WORDS {quoted(word)}" for word in words(text))
    return f"{_HERE}{''.join(holds)} ORDER BY [System.ChangedDate] DESC"


def words(text: str) -> list[str]:
    """Return the first words of a text alone: signs mean something in a search for words."""
    return _WORD.findall(text)[:MAX_WORDS]


def quoted(text: str) -> str:
    """Return a text as WIQL takes it."""
    return "'" + text.replace("'", "''") + "'"


def _condition(query: str) -> str:
    """Cut a whole query down to its condition; brackets or quotes left open could break out."""
    start, depth = 0, 0
    for token in _TOKEN.finditer(query):
        word = token[0].casefold()
        if word == "'":
            depth = -1
        depth += {"(": 1, ")": -1}.get(word, 0)
        if depth < 0:
            break
        if word == "where" and not depth:
            start = token.end()
        if word.startswith(_ENDS):
            query = query[: token.start()]
            break
    if depth:
        raise InvalidError(
            "The brackets or quotes of the query do not match.", fix="Try it in Azure DevOps first."
        )
    return query[start:].strip()
