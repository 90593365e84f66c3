"""Ids as people and programs write them: numbers that a column can hold, several by commas."""

MAX_DIGITS = 18


def read_id(text: str) -> int | None:
    """Return the id that this says, None where it says none."""
    return int(text) if text.isdecimal() and len(text) <= MAX_DIGITS else None


def read_ids(text: str) -> list[int]:
    """Return the ids that stand here; raise ValueError where something else does."""
    found = [read_id(part.strip()) for part in text.split(",") if part.strip()]
    ids = [pk for pk in found if pk is not None]
    if len(ids) < len(found):
        raise ValueError("Ids are whole numbers, separated by commas.")
    return ids
