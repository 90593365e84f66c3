"""How two texts in one are drawn."""

from collections.abc import Sequence

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from testmgmt.cases.domain.differences import Part

register = template.Library()

_MARKS = {
    "added": '<ins><span class="sr">came: </span>{}</ins>',
    "removed": '<del><span class="sr">went: </span>{}</del>',
}


@register.simple_tag
def difference(parts: Sequence[Part]) -> SafeString:
    """Mark what came and what went; every space counts, so no template may add one."""
    if not parts:
        return format_html('<span class="muted">{}</span>', "nothing")
    drawn = [(format_html(_MARKS.get(part.kind, "{}"), part.text),) for part in parts]
    return format_html_join("", "{}", drawn)
