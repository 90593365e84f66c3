"""Accounts that no person signs in with."""

from django.contrib.auth.hashers import make_password

from testmgmt.accounts.models import User

SYNC = "sync"


def sync_account() -> User:
    """Return the account under which trackers' changes arrive; it has no password."""
    account, _ = User.objects.get_or_create(
        username=SYNC,
        defaults={"first_name": "Sync", "password": make_password(None)},
    )
    return account


def account_by_id(user_id: str) -> User | None:
    """Return an account by the text of its id."""
    return User.objects.filter(pk=user_id).first() if user_id.isdigit() else None
