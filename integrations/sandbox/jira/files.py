"""Attachments."""

import hmac
import mimetypes

from integrations.sandbox.jira import history
from integrations.sandbox.jira.accounts import Account
from integrations.sandbox.jira.errors import JiraError
from integrations.sandbox.jira.model import Attachment, Issue
from integrations.sandbox.jira.site import Site

UPLOAD_LIMIT = 10 * 1024 * 1024
_TICKET_MILLIS = 60_000


def attach(site: Site, who: Account, issue: Issue, name: str, content: bytes) -> Attachment:
    """Add a file to an issue."""
    site.require(who, "CREATE_ATTACHMENTS", issue)
    if len(content) > UPLOAD_LIMIT:
        limit = UPLOAD_LIMIT // 1024 // 1024
        message = f"The attached file {name} is too large. The limit is {limit} MB."
        raise JiraError(413, [message])
    attachment = Attachment(
        id=str(site.store.next_number("attachment", 10_000)),
        issue=issue.id,
        author=who.name,
        filename=name,
        mime=mimetypes.guess_type(name)[0] or "application/octet-stream",
        size=len(content),
        created=site.clock.now(),
    )
    site.store.put(attachment)
    site.store.put_blob(attachment.id, content)
    _note(site, who, issue, attachment, is_added=True)
    return attachment


def delete(site: Site, who: Account, attachment: Attachment) -> None:
    """Delete a file; only its author or who may delete issues."""
    issue = site.issue(who, attachment.issue)
    if attachment.author != who.name:
        site.require(who, "DELETE_ISSUES", issue)
    site.store.delete(attachment)
    _note(site, who, issue, attachment, is_added=False)


def issue_ticket(site: Site, attachment: Attachment) -> str:
    """Return a token that opens the bytes of one attachment for a minute."""
    until = site.clock.real() + _TICKET_MILLIS
    return f"{until}.{_sign(site, attachment.id, until)}"


def by_ticket(site: Site, attachment_id: str, ticket: str) -> Attachment:
    """Return the attachment that a token opens."""
    until, _, signature = ticket.partition(".")
    found = site.store.get(Attachment, attachment_id)
    if found is None or not until.isdigit() or int(until) < site.clock.real():
        raise JiraError(403)
    if not hmac.compare_digest(signature, _sign(site, attachment_id, int(until))):
        raise JiraError(403)
    return found


def _sign(site: Site, attachment_id: str, until: int) -> str:
    return hmac.new(site.secret, f"{attachment_id} {until}".encode(), "sha256").hexdigest()


def _note(
    site: Site, who: Account, issue: Issue, attachment: Attachment, *, is_added: bool
) -> None:
    number, name = ("to", "toString") if is_added else ("from", "fromString")
    item = {
        "field": "Attachment",
        "fieldtype": "jira",
        "fieldId": "attachment",
        "from": None,
        "fromString": None,
        "to": None,
        "toString": None,
        number: attachment.id,
        name: attachment.filename,
    }
    history.note(site, who, issue, [item])
