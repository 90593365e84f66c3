"""What browsers load is our own copy: whole, licensed, and from nowhere else."""

import json
import re
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
WEB = ROOT / "testmgmt/web/static/web"
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
VENDOR = sorted(path for path in (WEB / "vendor").iterdir())


@pytest.mark.parametrize("folder", VENDOR, ids=lambda path: path.name)
def test_keeps_the_licence_beside_each_copy(folder):
    assert (folder / "LICENSE").stat().st_size > 100


def test_names_no_registry_in_the_lock():
    lock = json.loads((ROOT / "package-lock.json").read_text())

    assert not any("resolved" in package for package in lock["packages"].values())
    assert all("integrity" in package for name, package in lock["packages"].items() if name)


def test_copies_the_versions_that_are_locked():
    packages = json.loads((ROOT / "package.json").read_text())["devDependencies"]
    wanted = {f"{name.split('/')[-1]}-{version}" for name, version in packages.items()}

    assert {path.name for path in VENDOR} == wanted


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_has_no_inline_script_style_or_foreign_address(template):
    html = template.read_text()

    assert not re.search(r"\sstyle=|<style|\son[a-z]+=\"|<script(?![^>]*\ssrc=)", html)
    assert not re.search(r"(src|href)=\"(https?:)?//", html)


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_names_only_icons_that_the_sprite_has(template):
    drawn = set(re.findall(r"{% icon \"([\w-]+)\"[ %]", template.read_text()))
    there = set(re.findall(r"<symbol id=\"([\w-]+)\"", (WEB / "icons.svg").read_text()))

    assert drawn <= there


def test_finds_every_file_that_the_stylesheet_names():
    named = re.findall(r"url\(\"([^\"]+)\"\)", (WEB / "app.css").read_text())

    assert named
    assert all((WEB / name).is_file() for name in named)
