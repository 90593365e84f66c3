"""What webhooks hear, and how a delivery looks.

https://docs.github.com/en/webhooks/webhook-events-and-payloads
"""

import hashlib
import hmac
import json
import uuid
from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import urlencode

from integrations.sandbox.courier import Parcel, signature
from integrations.sandbox.github.accounts import Account
from integrations.sandbox.github.model import Comment, Hook, Issue, Json, Label, Milestone
from integrations.sandbox.github.site import Site
from integrations.sandbox.github.view import View, node_id, shown_time

_NOTHING: Mapping[str, object] = {}


def issue(
    site: Site, who: Account, item: Issue, action: str, more: Mapping[str, object] = _NOTHING
) -> None:
    """Tell of an issue; pull requests have events of their own, which are not told here."""
    if not item.is_pull_request:
        view = View(site, who, site.base_url)
        about = {"action": action, "issue": _issue(view, item), **more}
        _tell(view, item.repository, "issues", about)


def comment(
    site: Site,
    who: Account,
    item: Issue,
    written: Comment,
    action: str,
    more: Mapping[str, object] = _NOTHING,
) -> None:
    """Tell of a comment, on pull requests too."""
    view = View(site, who, site.base_url)
    shown = {"issue": _issue(view, item), "comment": view.comment(written, item)}
    _tell(view, item.repository, "issue_comment", {"action": action, **more, **shown})


def label(
    site: Site, who: Account, item: Label, action: str, more: Mapping[str, object] = _NOTHING
) -> None:
    """Tell of a label itself."""
    view = View(site, who, site.base_url)
    about = {"action": action, "label": view.label(item), **more}
    _tell(view, item.repository, "label", about)


def milestone(
    site: Site, who: Account, item: Milestone, action: str, more: Mapping[str, object] = _NOTHING
) -> None:
    """Tell of a milestone itself."""
    view = View(site, who, site.base_url)
    about = {"action": action, "milestone": view.milestone(item), **more}
    _tell(view, item.repository, "milestone", about)


def repository(site: Site, who: Account, id_: str, action: str) -> None:
    """Tell of the repository itself."""
    _tell(View(site, who, site.base_url), id_, "repository", {"action": action})


def ping(view: View, hook: Hook) -> None:
    """Greet a webhook."""
    about = {
        "zen": "Keep it logically awesome.",
        "hook_id": int(hook.id),
        "hook": hook_json(view, hook),
    }
    _send(view, hook, "ping", about, str(uuid.uuid4()))


def again(site: Site, hook: Hook, parcel: Parcel) -> None:
    """Deliver a parcel once more, under the id that it had."""
    fresh = _parcel(site, hook, parcel.event, parcel.headers, parcel.body)
    site.announce(replace(fresh, is_again=True))


def hook_json(view: View, hook: Hook) -> Json:
    """Return a webhook; its secret is never shown."""
    repository = view.site.repository(view.who, hook.repository)
    url = f"{view.repository_url(repository)}/hooks/{hook.id}"
    config = {
        "content_type": hook.content_type,
        "insecure_ssl": hook.insecure_ssl,
        "url": hook.url,
    }
    if hook.secret:
        config["secret"] = "********"  # noqa: S105 - what is shown instead of a secret
    return {
        "type": "Repository",
        "id": int(hook.id),
        "name": "web",
        "active": hook.is_active,
        "events": hook.events,
        "config": config,
        "updated_at": shown_time(hook.updated),
        "created_at": shown_time(hook.created),
        "url": url,
        "test_url": f"{url}/test",
        "ping_url": f"{url}/pings",
        "deliveries_url": f"{url}/deliveries",
        "last_response": _last_response(view.site, hook),
    }


def _issue(view: View, item: Issue) -> Json:
    return {**view.issue(item), "draft": False}  # said of all issues here, but not in answers


def _last_response(site: Site, hook: Hook) -> Json:
    done = [one for one in site.courier.deliveries() if one.parcel.webhook == hook.id]
    if not done:
        return {"code": None, "status": "unused", "message": None}
    code = done[-1].status
    status = "active" if 200 <= code < 300 else "misconfigured"  # noqa: PLR2004 - success
    return {"code": code, "status": status, "message": None}


def _tell(view: View, repository_id: str, event: str, about: Json) -> None:
    guid = str(uuid.uuid4())
    for hook in view.site.store.children(Hook, repository_id):
        if hook.is_active and ({event, "*"} & set(hook.events)):
            _send(view, hook, event, about, guid)


def _send(view: View, hook: Hook, event: str, about: Json, guid: str) -> None:
    site = view.site
    repository = site.repository(site.accounts["admin"], hook.repository)
    payload = {
        **about,
        "repository": view.repository(repository),
        "organization": _organization(view),
        "sender": view.person(view.who.login),
    }
    headers = {
        "User-Agent": "GitHub-Hookshot/044aadd",
        "Accept": "*/*",
        "X-GitHub-Delivery": guid,
        "X-GitHub-Event": event,
        "X-GitHub-Hook-ID": hook.id,
        "X-GitHub-Hook-Installation-Target-ID": hook.repository,
        "X-GitHub-Hook-Installation-Target-Type": "repository",
    }
    text = json.dumps(payload, ensure_ascii=False)
    is_json = hook.content_type == "json"
    body = text.encode() if is_json else urlencode({"payload": text}).encode()
    kind = "json" if is_json else "x-www-form-urlencoded"
    site.announce(
        _parcel(site, hook, event, {**headers, "Content-Type": f"application/{kind}"}, body)
    )


def _parcel(site: Site, hook: Hook, event: str, headers: Mapping[str, str], body: bytes) -> Parcel:
    signed = dict(headers)
    if hook.secret:
        old = hmac.new(hook.secret.encode(), body, hashlib.sha1).hexdigest()
        signed["X-Hub-Signature"] = f"sha1={old}"
        signed["X-Hub-Signature-256"] = signature(hook.secret, body)
    return Parcel(hook.id, event, hook.url, body, signed, site.next_id("delivery", 12001))


def _organization(view: View) -> Json:
    owner = view.organization()
    login, url = owner["login"], f"{view.root}/orgs/{owner['login']}"
    return {
        "login": login,
        "id": owner["id"],
        "node_id": node_id("O", str(owner["id"])),
        "url": url,
        "repos_url": f"{url}/repos",
        "events_url": f"{url}/events",
        "hooks_url": f"{url}/hooks",
        "issues_url": f"{url}/issues",
        "members_url": f"{url}/members{{/member}}",
        "public_members_url": f"{url}/public_members{{/member}}",
        "avatar_url": owner["avatar_url"],
        "description": "",
    }
