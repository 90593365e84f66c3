"""What holds for every format."""

from integrations.richtext import markdown


def holds_still(form, md):
    """Whether a text that went through a format once goes through it unchanged."""
    native = form.from_markdown(md)
    returned = form.to_markdown(native)
    return (
        markdown.canonical(returned) == returned
        and form.from_markdown(returned) == native
        and form.to_markdown(native) == returned
    )
