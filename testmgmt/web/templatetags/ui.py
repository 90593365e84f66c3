"""Components of the visual language, for every template."""

from typing import Any

from django import template

from testmgmt.core.slots import Filler, fillers_of

register = template.Library()


@register.simple_tag
def slot_fillers(place: str) -> list[Filler]:
    """Return what other packages put into a place."""
    return fillers_of(place)


@register.simple_tag
def slot_url(filler: Filler, thing: Any) -> str:
    """Return the URL of a filler's fragment for one thing."""
    return filler.url(thing)
