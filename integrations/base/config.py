"""What a person fills in to connect a system; forms are built from these."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

from integrations.base.meter import Budget, Count, Meter


@dataclass(frozen=True, slots=True)
class ConfigField:
    """One input of a connection's form; secrets are stored encrypted and never shown again."""

    name: str
    label: str
    help: str
    is_secret: bool = False
    is_required: bool = True
    placeholder: str = ""


@dataclass(frozen=True, slots=True)
class SystemConfig:
    """One connected system with its secrets in the clear: lives in memory only.

    `account_id` is what `verify` found last, empty before; `options` is the connector's own JSON
    (for example Jira's deployment type) learnt by `verify`.
    """

    id: UUID
    base_url: str
    credentials: Mapping[str, str] = field(repr=False)
    account_id: str = ""
    is_private_allowed: bool = False
    options: Mapping[str, Any] = field(default_factory=dict)
    meter: Meter = field(default_factory=Count, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Caps:
    """What a kind of tracker can do; limits in characters (rich) and bytes (attachments).

    `parallel` is how many workers may call one account at once; `budgets` what each bucket of its
    rate limit allows, by the names that the connector's dialect gives the buckets.
    """

    is_writable: bool = True
    has_comments: bool = True
    has_comment_edit: bool = True
    has_comment_delete: bool = True
    has_attachments: bool = True
    has_delete: bool = False
    has_feed: bool = False
    has_strong_rev: bool = False
    has_atomic_marker: bool = True
    has_full_changes: bool = True
    read_after_write: timedelta = timedelta(0)
    max_rich: int = 1_000_000
    max_attachment: int | None = None
    max_attachments: int | None = None
    batch_fetch: int = 1
    batch_update: int = 1
    parallel: int = 1
    budgets: Mapping[str, Budget] = field(default_factory=dict)
