"""Administration of webhooks.

https://docs.github.com/en/rest/repos/webhooks
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from integrations.sandbox.courier import Delivery
from integrations.sandbox.github import announce, values
from integrations.sandbox.github.accounts import Account
from integrations.sandbox.github.errors import bad_request, invalid, not_found
from integrations.sandbox.github.model import Hook, Json, Repository
from integrations.sandbox.github.site import Site
from integrations.sandbox.github.view import View

EVENTS = {
    "*",
    "issues",
    "issue_comment",
    "label",
    "milestone",
    "push",
    "pull_request",
    "repository",
}
_MAX_HOOKS = 20
_KEYS = {"name", "config", "events", "active"}


def find(site: Site, repository: Repository, hook_id: str | int) -> Hook:
    """Return a webhook of a repository."""
    found = site.store.get(Hook, str(hook_id))
    if found is None or found.repository != repository.id:
        raise not_found()
    return found


def create(site: Site, who: Account, repository: Repository, raw: Json) -> Hook:
    """Register a webhook and greet it."""
    if unknown := set(raw) - _KEYS:
        raise bad_request(f"{min(unknown)!r} is not a permitted key.")
    if raw.get("name", "web") != "web":
        raise invalid("Hook", "name")
    config = _config(raw)
    url = _url(config)
    present = site.store.children(Hook, repository.id)
    if any(one.url == url for one in present):
        sentence = "Hook already exists on this repository"
        raise invalid("Hook", "url", "custom", sentence)
    if len(present) >= _MAX_HOOKS:
        sentence = f"The webhooks for this repository are limited to {_MAX_HOOKS}"
        raise invalid("Hook", "events", "custom", sentence)
    now = site.clock.now()
    bare = Hook(
        id=site.next_id("hook", 11001),
        repository=repository.id,
        url=url,
        content_type="form",
        secret="",
        insecure_ssl="0",
        events=_events(raw) if "events" in raw else ["push"],
        is_active=bool(raw.get("active", True)),
        created=now,
        updated=now,
    )
    hook = _configured(bare, config)
    site.store.put(hook)
    announce.ping(View(site, who, site.base_url), hook)
    return hook


def edit(site: Site, hook: Hook, raw: Json) -> Hook:
    """Change a webhook; a `config` replaces all of the old one, its secret too."""
    changed = _configured(hook, _config(raw)) if "config" in raw else hook
    events = _events(raw) if "events" in raw else list(changed.events)
    if "add_events" in raw:
        events = list(dict.fromkeys([*events, *_named(raw, "add_events")]))
    if "remove_events" in raw:
        gone = _named(raw, "remove_events")
        events = [event for event in events if event not in gone]
    active = bool(raw.get("active", changed.is_active))
    kept = replace(changed, events=events, is_active=active, updated=site.clock.now())
    site.store.put(kept)
    return kept


def edit_config(site: Site, hook: Hook, raw: Json) -> Hook:
    """Change parts of a webhook's `config`; the others stay."""
    old = {
        "url": hook.url,
        "content_type": hook.content_type,
        "secret": hook.secret,
        "insecure_ssl": hook.insecure_ssl,
    }
    kept = replace(_configured(hook, {**old, **raw}), updated=site.clock.now())
    site.store.put(kept)
    return kept


def deliveries(site: Site, hook: Hook) -> list[Delivery]:
    """Return what was delivered to a webhook, newest first."""
    done = [one for one in site.courier.deliveries() if one.parcel.webhook == hook.id]
    return done[::-1]


def _config(raw: Json) -> Mapping[str, Any]:
    config = raw.get("config")
    if not isinstance(config, dict):
        raise invalid("Hook", "config", "missing_field")
    return config


def _configured(hook: Hook, config: Mapping[str, Any]) -> Hook:
    return replace(
        hook,
        url=_url(config),
        content_type=str(config.get("content_type", "form")),
        secret=str(config.get("secret", "")),
        insecure_ssl=str(config.get("insecure_ssl", "0")),
    )


def _url(config: Mapping[str, Any]) -> str:
    url = str(config.get("url", ""))
    if urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).netloc:
        raise invalid("Hook", "url", "custom", "url is missing or not valid")
    return url


def _events(raw: Json) -> list[str]:
    return _named(raw, "events") or ["push"]


def _named(raw: Json, key: str) -> list[str]:
    found = values.strings(raw, key)
    if set(found) - EVENTS:
        raise invalid("Hook", key)
    return found
