"""What people do to a text: replace or remove some of its blocks."""

from hypothesis import strategies as st

texts = st.sampled_from(["", "New *text*.", "- x\n- y", "> [!TIP]\n> z"])
edits = st.lists(st.tuples(st.integers(0, 12), texts), max_size=3)


def edited(md, changes):
    """Return the text with some of its blocks replaced or removed."""
    blocks = md.split("\n\n")
    for index, text in changes:
        blocks[index % len(blocks)] = text
    return "\n\n".join(blocks)
