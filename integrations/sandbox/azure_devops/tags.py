"""Tags: one field, several words, no two that differ in case only."""

MAX_TAGS = 100
_SEPARATOR = "; "


def read(text: str) -> list[str]:
    """Return the tags that a text names with semicolons or commas between."""
    parts = [part.strip() for part in text.replace(",", ";").split(";")]
    return [part for part in parts if part]


def merged(text: str, *more: str) -> str:
    """Return tags with others added, as the service writes them: sorted, each once."""
    found: dict[str, str] = {}
    for tag in [*read(text), *(tag for one in more for tag in read(one))]:
        found.setdefault(tag.casefold(), tag)
    return _SEPARATOR.join(found[key] for key in sorted(found))
