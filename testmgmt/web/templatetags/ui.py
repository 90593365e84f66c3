"""Components of the visual language, for every template."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any
from zlib import crc32

from django import template
from django.core.paginator import Page
from django.forms import BoundField, CheckboxInput, CheckboxSelectMultiple, RadioSelect
from django.http import QueryDict
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.timesince import timesince

from testmgmt.core.permissions import Action
from testmgmt.core.slots import Filler, fillers_of
from testmgmt.core.text import to_html

register = template.Library()

# categories of results, defects and jobs → the looks of the stylesheet
_LOOKS = {
    "in_progress": "running",
    "new": "untested",
    "active": "running",
    "done": "passed",
    "queued": "untested",
    "cancelled": "skipped",
}
_LOOKS |= {
    look: look
    for look in ("passed", "failed", "blocked", "retest", "running", "skipped", "untested")
}
_PRIORITY_ICONS = {"critical": "chevrons-up", "high": "chevron-up", "low": "chevron-down"}
_BAR_CLASSES = {
    "passed": "p",
    "failed": "f",
    "blocked": "b",
    "retest": "r",
    "in_progress": "i",
    "skipped": "s",
}
_HUES = 5
_JUST_NOW_SECONDS = 60


@register.simple_tag
def slot_fillers(place: str) -> list[Filler]:
    """Return what other packages put into a place."""
    return fillers_of(place)


@register.simple_tag
def slot_actions(place: str, actions: Collection[Action]) -> list[Filler]:
    """Return what other packages put into a place, as far as somebody may use it."""
    return [filler for filler in fillers_of(place) if filler.action in actions]


@register.simple_tag
def slot_offers(place: str, thing: Any, actions: Collection[Action]) -> list[tuple[int, Filler]]:
    """Return what a place offers for one thing to whoever may use it, each with its number."""
    return [
        (number, filler)
        for number, filler in enumerate(fillers_of(place))
        if filler.action in actions and filler.is_for(thing)
    ]


@register.simple_tag
def slot_url(filler: Filler, thing: Any) -> str:
    """Return the URL of a filler's fragment for one thing."""
    return filler.url(thing)


@register.simple_tag
def icon(name: str, size: str = "") -> SafeString:
    """Draw a symbol of the sprite; `size` may be lg or xl, or a tone such as good."""
    return format_html(
        '<svg class="icon {}" aria-hidden="true"><use href="{}#{}"/></svg>',
        size,
        static("web/icons.svg"),
        name,
    )


@register.filter
def look(category: str) -> str:
    """Name the look of a category, for data-status and the status icons."""
    return _LOOKS.get(category, "untested")


@register.simple_tag
def status(category: str, label: str, look: str = "") -> SafeString:
    """Show a status by shape and word; `look` may be pill."""
    shown = _LOOKS.get(category, "untested")
    return format_html(
        '<span class="status {}" data-status="{}">{}<span>{}</span></span>',
        look,
        shown,
        icon(f"status-{shown}"),
        label,
    )


@register.simple_tag
def badge(label: Any, tone: str = "", symbol: str = "") -> SafeString:
    """Show a word in a box; tone is good, bad, warn, info or nothing."""
    drawn = icon(symbol) if symbol else ""
    return format_html('<span class="badge" data-tone="{}">{}{}</span>', tone, drawn, label)


@register.simple_tag
def priority(slug: str, label: str) -> SafeString:
    """Show a priority by arrow and word."""
    return format_html(
        '<span class="priority" data-level="{}">{}{}</span>',
        slug,
        icon(_PRIORITY_ICONS.get(slug, "equal")),
        label,
    )


@register.simple_tag
def avatar(name: str, size: str = "") -> SafeString:
    """Draw somebody's initials in a colour of their own."""
    words = name.split() or ["?"]
    initials = words[0][:1] + (words[-1][:1] if len(words) > 1 else words[0][1:2])
    return format_html(
        '<span class="avatar {}" data-hue="{}" aria-hidden="true">{}</span>',
        size,
        crc32(name.encode()) % _HUES + 1,
        initials.upper(),
    )


@register.simple_tag
def person(name: str) -> SafeString:
    """Show somebody by initials and name."""
    return format_html('<span class="person">{}{}</span>', avatar(name), name)


@register.simple_tag
def result_bar(counts: Mapping[str, int], look: str = "") -> SafeString:
    """Draw {category: number} as a stacked bar; its words are in the title."""
    total = sum(counts.values())
    words = ", ".join(f"{n} {name.replace('_', ' ')}" for name, n in counts.items() if n)
    rects, left = [], 0.0
    for name, css in _BAR_CLASSES.items():
        width = 100 * counts.get(name, 0) / total if total else 0
        if width:
            rects.append(
                f'<rect class="{css}" x="{left:.2f}%" width="{width:.2f}%" height="100%"/>'
            )
        left += width
    return format_html(
        '<svg class="bar {}" role="img" aria-label="{}"><title>{}</title>{}</svg>',
        look,
        words or "nothing yet",
        words or "nothing yet",
        mark_safe("".join(rects)),  # noqa: S308  made of numbers and our own classes
    )


@register.filter
def markdown(text: str) -> SafeString:
    """Turn Markdown into safe HTML."""
    return mark_safe(to_html(text or ""))  # noqa: S308  cleaned by an allow-list


@register.filter
def time_ago(moment: datetime | None) -> SafeString | str:
    """Say how long ago, with the exact time as its title; nothing where it never was."""
    if moment is None:
        return ""
    seconds = (timezone.now() - moment).total_seconds()
    words = "just now" if seconds < _JUST_NOW_SECONDS else f"{timesince(moment, depth=1)} ago"
    local = timezone.localtime(moment)
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        moment.isoformat(),
        local.strftime("%d %b %Y, %H:%M %Z"),
        words,
    )


@register.inclusion_tag("components/field.html")
def field(bound: BoundField, hint: str = "") -> dict[str, Any]:
    """Show a form's field with label, hint and error, joined for screen readers."""
    widget = bound.field.widget
    is_group = isinstance(widget, RadioSelect | CheckboxSelectMultiple)
    is_check = isinstance(widget, CheckboxInput)
    if not is_check and not is_group:
        widget.attrs["class"] = f"input {widget.attrs.get('class', '')}".strip()
    return {
        "field": bound,
        "hint": hint or bound.help_text,
        "is_group": is_group,
        "is_check": is_check,
    }


@register.inclusion_tag("components/pagination.html")
def pagination(page: Page[Any], query: QueryDict | None = None) -> dict[str, Any]:
    """Offer the other pages of a list; pass `request.GET` to keep its filters."""
    kept = query.copy() if query is not None else QueryDict(mutable=True)
    kept.pop("page", None)
    pages = page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    return {"page": page, "pages": list(pages), "kept": kept.urlencode()}
