"""How an item is closed: the first status of its type that means done."""

from integrations.base.items import Item
from integrations.engine.ports import Place


def close(place: Place, item: Item) -> bool:
    """Close an item as its tracker does; False where its type has no such status."""
    status = _closing_status(place, item)
    if status is None:
        return False
    field, name = status
    place.connector.update(item, {field: name})
    return True


def _closing_status(place: Place, item: Item) -> tuple[str, str] | None:
    types = [one for one in place.connector.schema(place.scope).types if one.name == item.type]
    for field in (field for one in types for field in one.fields if field.role == "status"):
        done = (option.name for option in field.options if option.category == "done")
        name = next(done, None)
        return None if name is None else (field.id, name)
    return None
