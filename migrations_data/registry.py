"""All sources by slug. A new one is one line here and one folder under `sources/`."""

from importlib import import_module

from migrations_data.base.source import Source

SOURCES = {
    "testrail": "migrations_data.sources.testrail.source.FromTestRail",
}


def load(slug: str) -> type[Source]:
    """Return the class of a source; KeyError where there is none of that name."""
    module, _, name = SOURCES[slug].rpartition(".")
    source: type[Source] = getattr(import_module(module), name)
    return source
