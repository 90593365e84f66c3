"""Is it really gone or closed, or are we no longer signed in? Some trackers answer both alike."""

from integrations.base.connector import Connector
from integrations.base.errors import AuthFailedError, RetryableError, TransientError


def confirm_access(connector: Connector) -> None:
    """Raise unless the tracker still knows us; then what it says of an item can be believed."""
    failed = (verified := connector.verify()).failed
    if failed is None:
        return
    if verified.is_refused:
        raise AuthFailedError(failed.message, fix=failed.fix)
    if isinstance(failed.error, RetryableError):
        raise failed.error
    raise TransientError(failed.message, fix=failed.fix)
