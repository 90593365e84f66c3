"""What becomes of a write that GitHub does not take."""

import pytest

from integrations.base.errors import (
    AuthFailedError,
    DeniedError,
    GoneError,
    MovedError,
    RateLimitedError,
    ScopeError,
    TransientError,
    UncertainError,
)
from integrations.base.items import Ref, Want
from integrations.sandbox.faults import Fault, FaultKind

SHOP, OPS = "acme/shop", "acme/ops"
TITLE = Want(frozenset({"title"}))


@pytest.fixture
def read(connector):
    """Return an issue as we read it."""

    def fetched(issue, scope=SHOP):
        ref = Ref(connector.system.id, scope, f"{issue.number}-{issue.id}")
        return connector.fetch([ref], TITLE)[ref]

    return fetched


def test_does_not_write_to_a_transferred_issue(connector, ken, read):
    issue = ken.create(SHOP, "One")
    base = read(issue)
    ken.transfer(issue, OPS)

    with pytest.raises(MovedError):
        connector.update(base, {"title": "Two"})


def test_does_not_write_to_a_deleted_issue(connector, ken, read, github):
    issue = ken.create(SHOP, "One")
    base = read(issue)
    github.as_human("admin").delete(issue)

    with pytest.raises(GoneError):
        connector.update(base, {"title": "Two"})


def test_names_a_repository_that_is_closed(connector, github):
    github.change_account("sync", {"hidden_repositories": [SHOP]})

    with pytest.raises(ScopeError, match="acme/shop"):
        connector.create(SHOP, "Issue", {"title": "One"}, "m-1")


def test_names_the_right_that_a_token_lacks(connector, github, ken, read):
    base = read(ken.create(SHOP, "One"))
    github.change_account("sync", {"permissions": {"metadata": "read", "issues": "read"}})

    with pytest.raises(DeniedError, match="Issues: read and write"):
        connector.update(base, {"title": "Two"})


def test_waits_where_too_much_is_written(connector, github):
    github.change_state({"content_limit": 1})
    connector.create(SHOP, "Issue", {"title": "One"}, "m-1")

    with pytest.raises(RateLimitedError) as limited:
        connector.create(SHOP, "Issue", {"title": "Two"}, "m-2")

    assert (limited.value.bucket, limited.value.retry_after) == ("content", 60)


@pytest.mark.parametrize("status", [403, 429])
def test_waits_where_the_hours_calls_are_used_up(connector, github, status):
    github.change_state({"core_limit": 1, "limit_status": status})
    list(connector.scopes())

    with pytest.raises(RateLimitedError) as limited:
        list(connector.scopes())

    assert limited.value.bucket == "core"
    assert limited.value.until is not None


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (Fault(FaultKind.DROP, method="PATCH"), UncertainError),
        (Fault(FaultKind.HALF_BODY, method="PATCH"), UncertainError),
        (Fault(FaultKind.BEFORE, method="PATCH", status=502), UncertainError),
        (Fault(FaultKind.BEFORE, method="PATCH", status=401), AuthFailedError),
    ],
)
def test_says_what_became_of_a_write(connector, github, ken, read, fault, error):
    base = read(ken.create(SHOP, "One"))
    github.faults(fault)

    with pytest.raises(error):
        connector.update(base, {"title": "Two"})


def test_says_that_a_creation_is_in_doubt_where_it_could_not_be_closed(connector, github):
    github.faults(Fault(FaultKind.BEFORE, method="PATCH", status=502))

    with pytest.raises(UncertainError, match="Created, but not closed"):
        connector.create(SHOP, "Issue", {"title": "One", "state": "Closed as completed"}, "m-1")


def test_reads_again_after_an_outage(connector, github, ken, read):
    issue = ken.create(SHOP, "One")
    github.faults(Fault(FaultKind.BEFORE, status=503))

    with pytest.raises(TransientError):
        read(issue)
    assert read(issue).fields["title"] == "One"
