"""Is it really gone or closed, or are we no longer signed in? Some trackers answer both alike."""

from integrations.base.connector import Connector
from integrations.base.errors import AuthFailedError, TransientError


def confirm_access(connector: Connector) -> None:
    """Raise unless the tracker still knows us; then what it says of an item can be believed."""
    verified = connector.verify()
    if verified.is_ok:
        return
    failed = next(check for check in verified.checks if not check.is_ok)
    if verified.version and not verified.account_id:
        raise AuthFailedError(failed.message, fix=failed.fix)
    raise TransientError(failed.message, fix=failed.fix)
