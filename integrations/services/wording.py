"""Values and decisions as a person reads them."""

from integrations.base.items import Person, Rich, Value


def words_of(value: Value) -> str:
    """Return a value as a person reads it."""
    match value:
        case None:
            return ""
        case Rich(md=md):
            return md.strip()
        case Person(name=name):
            return name
        case frozenset():
            return ", ".join(sorted(value))
        case bool():
            return "yes" if value else "no"
        case _:
            return str(value)
