"""Everything that stands in a document, however deep."""

from integrations.richtext.tree import Heading, List, Panel, Paragraph, Quote, Table


def inlines_of(blocks):
    """Yield all running text of a document."""
    for block in blocks:
        match block:
            case Paragraph(inlines) | Heading(_, inlines):
                yield from inlines
            case Quote(inner) | Panel(_, inner):
                yield from inlines_of(inner)
            case List(items):
                yield from (each for item in items for each in inlines_of(item.blocks))
            case Table(head, rows):
                yield from (each for row in (head, *rows) for cell in row for each in cell)


def level_of(blocks):
    """Return how deep the containers of a document nest; a list counts two."""
    levels = [0]
    for block in blocks:
        if isinstance(block, Quote | Panel):
            levels.append(1 + level_of(block.blocks))
        elif isinstance(block, List):
            levels += [2 + level_of(item.blocks) for item in block.items]
    return max(levels)
