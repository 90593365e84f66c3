from datetime import timedelta

import pytest
from django.utils import timezone

from testmgmt.accounts import services
from testmgmt.accounts.domain import digest_of
from testmgmt.accounts.models import ApiKey
from testmgmt.core.errors import DomainError, ForbiddenError, NotFoundError
from testmgmt.core.models import AuditEntry


def _token(user, **more):
    return services.create_token(user=user, name="CI", scopes=["read"], **more)


def test_keeps_a_digest_and_never_the_token(tom):
    key, token = _token(tom)

    stored = ApiKey.objects.values().get(pk=key.pk)
    assert stored["digest"] == digest_of(token)
    assert token.startswith(stored["prefix"])
    assert token not in map(str, stored.values())


def test_writes_no_token_into_the_audit(tom):
    _, token = _token(tom)

    entry = AuditEntry.objects.get(kind="apikey")
    assert entry.user == tom
    assert token not in f"{entry.label}{entry.changes}"


def test_limits_a_token_to_a_project_of_its_owner(shop, tom):
    key, _ = _token(tom, project=shop, is_project_only=True)

    assert key.project == shop
    assert key.is_project_only


def test_refuses_a_project_that_the_owner_is_not_in(shop, sam):
    with pytest.raises(DomainError, match="not in this project"):
        _token(sam, project=shop)


def test_refuses_a_limit_without_a_project(tom):
    with pytest.raises(DomainError, match="limited"):
        _token(tom, is_project_only=True)


@pytest.mark.parametrize("scopes", [[], ["root"], ["read", "everything"]])
def test_refuses_scopes_that_do_not_exist(tom, scopes):
    with pytest.raises(DomainError) as caught:
        services.create_token(user=tom, name="CI", scopes=scopes)

    assert caught.value.field == "scopes"


def test_refuses_a_moment_that_has_passed(tom):
    with pytest.raises(DomainError, match="passed"):
        _token(tom, expires_at=timezone.now() - timedelta(seconds=1))


def test_refuses_to_let_a_token_of_one_project_make_a_wider_one(shop, tom):
    tom.only_project_id = shop.pk

    with pytest.raises(ForbiddenError):
        _token(tom)


def test_revokes_only_tokens_of_ones_own(tom, vera):
    key, _ = _token(tom)

    with pytest.raises(NotFoundError):
        services.revoke_token(user=vera, token_id=key.pk)
    services.revoke_token(user=tom, token_id=key.pk)

    key.refresh_from_db()
    assert key.revoked_at


def test_revokes_all_and_counts_them(tom, vera):
    _token(tom)
    _token(tom)
    other, _ = _token(vera)

    assert services.revoke_all_tokens(user=tom) == 2
    other.refresh_from_db()
    assert other.revoked_at is None


def test_records_what_changed_in_a_profile(tom):
    services.update_profile(user=tom, changes={"density": "roomy"})

    assert AuditEntry.objects.get(kind="user").changes == {"density": ["normal", "roomy"]}


@pytest.mark.parametrize(("theme", "then"), [("dark", "dark"), ("", "dark"), ("pink", "dark")])
def test_takes_the_next_theme_where_none_is_chosen(tom, theme, then):
    services.set_theme(user=tom, theme=theme)

    tom.refresh_from_db()
    assert tom.theme == then
