"""What people, trackers and the clock do with connections and links."""

from integrations.services.comparison import Comparison, compare
from integrations.services.connections import (
    Target,
    connect_project,
    disconnect,
    enable,
    pause,
    publish_rules,
    schemas_of,
)
from integrations.services.drain import drain, due_systems, item_changed
from integrations.services.hooks import (
    MAX_BODY,
    Call,
    CallTooLargeError,
    UnsignedCallError,
    receive_call,
    renew_hook_secret,
)
from integrations.services.links import (
    replay,
    request_sync,
    resolve_conflict,
    start_over,
    unlink,
)
from integrations.services.systems import (
    Access,
    NewSystem,
    connect_system,
    scopes_of,
    update_credentials,
    update_system,
    verify_system,
)

__all__ = [
    "MAX_BODY",
    "Access",
    "Call",
    "CallTooLargeError",
    "Comparison",
    "NewSystem",
    "Target",
    "UnsignedCallError",
    "compare",
    "connect_project",
    "connect_system",
    "disconnect",
    "drain",
    "due_systems",
    "enable",
    "item_changed",
    "pause",
    "publish_rules",
    "receive_call",
    "renew_hook_secret",
    "replay",
    "request_sync",
    "resolve_conflict",
    "schemas_of",
    "scopes_of",
    "start_over",
    "unlink",
    "update_credentials",
    "update_system",
    "verify_system",
]
