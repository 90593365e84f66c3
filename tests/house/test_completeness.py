"""Nothing lacks what its kind has: guides, logos, tests, words in the README, rights."""

import re
from pathlib import Path

import pytest
from django.core.management import get_commands
from django.urls import URLPattern, URLResolver, get_resolver

from integrations.registry import CONNECTORS, connector_class
from migrations_data.registry import SOURCES

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text()
MAKEFILE = (ROOT / "Makefile").read_text()
OPEN_PAGES = {"web:alive", "web:ready"}
OWN = ("testmgmt.", "integrations.", "migrations_data.")


@pytest.mark.parametrize("kind", CONNECTORS)
def test_gives_each_connector_a_guide_a_logo_and_a_contract_test(kind):
    folder = ROOT / "integrations" / "connectors" / kind
    tests = ROOT / "tests" / "integrations" / "connectors" / kind

    assert connector_class(kind).kind == kind
    assert (folder / "README.md").stat().st_size > 200
    assert (folder / "logo.svg").read_text().startswith("<svg")
    wanted = "ConnectorContract" if connector_class(kind).caps.is_writable else "read_only"
    assert any(wanted in test.read_text() for test in tests.glob("test_*.py"))


@pytest.mark.parametrize("source", SOURCES)
def test_gives_each_source_a_guide(source):
    assert (ROOT / "migrations_data" / "sources" / source / "README.md").stat().st_size > 200


def test_names_every_setting_in_the_readme():
    settings = (ROOT / "testmgmt" / "settings.py").read_text()
    named = set(re.findall(r'(?:env(?:\.\w+)?|_secret)\(\s*"([A-Z_]+)"', settings))

    assert len(named) > 20
    assert {name for name in named if f"`{name}`" not in README} == set()


def test_names_every_command_in_the_readme():
    ours = {name for name, app in get_commands().items() if str(app).startswith(OWN)}
    ours |= {name for name, app in get_commands().items() if app == "migrations_data"}
    shown = set(re.findall(r"manage\.py (\w+)", README))

    assert ours
    assert {name for name in ours if name not in shown} == set()
    assert {name for name in shown if name not in get_commands()} == set()


def test_shows_only_targets_that_the_makefile_has():
    targets = set(re.findall(r"^([a-z-]+):", MAKEFILE, re.MULTILINE))

    shown = set(re.findall(r"(?:`|^ {4})make ([a-z-]+)", README, re.MULTILINE))

    assert len(shown) > 6
    assert shown <= targets


def test_ci_runs_what_the_readme_shows():
    assert "make test" in (ROOT / ".ci" / "run").read_text()


def _routes(patterns, prefix="", namespace=""):
    for pattern in patterns:
        path = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from _routes(pattern.url_patterns, path, inner)
        elif isinstance(pattern, URLPattern):
            yield path, f"{namespace}{pattern.name}", pattern.callback


ROUTES = [
    (path, name)
    for path, name, view in _routes(get_resolver().url_patterns)
    if view.__module__.startswith(OWN) and name not in OPEN_PAGES
]


def _filled(path):
    path = re.sub(r"\(\?P<(\w+)>[^()]*(?:\([^()]*\)[^()]*)*\)", "1", path)
    path = re.sub(r"<uuid:\w+>", "00000000-0000-4000-8000-000000000000", path)
    path = re.sub(r"<(?:\w+:)?\w+>", "1", path)
    return "/" + re.sub(r"[\^$\\]|/\?", "", path)


@pytest.mark.django_db
@pytest.mark.parametrize(("path", "name"), ROUTES)
def test_lets_no_stranger_through(client, path, name):
    answer = client.get(_filled(path))

    if path.startswith("api/"):
        signs_in = name.rpartition(":")[2] == "token"
        assert answer.status_code in ({405} if signs_in else {401, 404, 405}), answer.content
    else:
        assert answer.status_code == 302, answer.content
        assert answer["Location"].startswith("/accounts/login/")


def test_finds_enough_routes_to_mean_something():
    assert len(ROUTES) > 60


@pytest.mark.parametrize("folder", ["integrations", "migrations_data", "integrations/sandbox"])
def test_gives_each_folder_with_a_contract_a_guide(folder):
    assert (ROOT / folder / "README.md").stat().st_size > 500
