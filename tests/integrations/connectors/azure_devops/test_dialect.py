import json

import pytest

from integrations.base.answers import Answer, error_of
from integrations.base.errors import (
    AddressError,
    AuthFailedError,
    DeniedError,
    GoneError,
    InvalidError,
    RateLimitedError,
    StaleError,
    TooLargeError,
    TransientError,
    UncertainError,
)
from integrations.connectors.azure_devops.dialect import AzureDialect

URL = "https://dev.azure.com/example/_apis/wit/workitems/1"
HTML = {"Content-Type": "text/html; charset=utf-8"}


def error(status, body=None, *, url=URL, method="GET", **headers):
    content = body if isinstance(body, str) else json.dumps(body or {})
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    answer = Answer(method, url, status, names, content.encode())
    return error_of(answer, AzureDialect(), frozenset({"s3cret"}))


def vss(message, kind="VssServiceException", **properties):
    known = {"customProperties": properties} if properties else {}
    return {"message": message, "typeKey": kind, **known}


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (400, vss("TF401320: Rule Error."), InvalidError),
        (401, "", AuthFailedError),
        (403, vss("VS403000: no."), DeniedError),
        (404, vss("TF401232: Work item 1 does not exist."), GoneError),
        (409, vss("Revision mismatch.", "WorkItemRevisionMismatchException"), StaleError),
        (412, vss("VS403351: Test Operation for path /rev failed."), StaleError),
        (429, "", RateLimitedError),
        (400, vss("TF400733: canceled"), RateLimitedError),
        (503, vss("TF400733: canceled"), RateLimitedError),
        (500, vss("TF400898: An Internal Error Occurred."), TransientError),
        (400, vss("TF237111: no right in the area path."), DeniedError),
        (400, vss("TF50309: no sufficient permissions."), DeniedError),
        (400, vss("Too big.", "WorkItemAttachmentExceedsMaxSizeException"), TooLargeError),
    ],
)
def test_says_what_happens_next(status, body, kind):
    assert type(error(status, body)) is kind


def test_knows_that_a_write_without_a_word_is_uncertain():
    assert isinstance(error(500, method="PATCH"), UncertainError)


@pytest.mark.parametrize("status", [200, 203])
def test_knows_the_sign_in_page(status):
    url = "https://dev.azure.com/example/_signin?realm=dev.azure.com"

    found = error(status, "<html>Sign in</html>", url=url, Content_Type="text/html")

    assert isinstance(found, AuthFailedError)
    assert "personal access token" in found.fix


def test_knows_that_it_is_sent_to_the_sign_in_page():
    found = error(302, Location="https://spsprodweu1.vssps.visualstudio.com/_signin?x=1")

    assert isinstance(found, AuthFailedError)


def test_takes_another_page_for_a_wrong_address():
    found = error(200, "<html>Welcome</html>", url="https://example.com/", Content_Type="text/html")

    assert isinstance(found, AddressError)


def test_asks_for_the_scope_that_a_token_lacks():
    found = error(401, vss("TF400813: The user 'x' is not authorized to access this resource."))

    assert isinstance(found, AuthFailedError)
    assert "Work Items: Read & write" in found.fix


def test_gives_the_words_for_each_of_several_fields():
    rules = [
        {"fieldReferenceName": "System.Title", "errorMessage": "Title is required."},
        {"fieldReferenceName": "Custom.Team", "errorMessage": "Team is required."},
    ]

    found = error(400, vss("Rule Error.", "RuleValidationException", RuleValidationErrors=rules))

    assert found.fields == {
        "System.Title": "Title is required.",
        "Custom.Team": "Team is required.",
    }


def test_blames_the_tags_for_a_tag_that_is_none():
    found = error(400, vss("TF401407: not a tag", "InvalidTagNameException"))

    assert found.fields == {"System.Tags": "TF401407: not a tag"}


@pytest.mark.parametrize(
    "body", ["", "no json", "[1]", '{"customProperties": 3}', '{"message": null}']
)
def test_bears_any_body(body):
    assert isinstance(error(400, body), InvalidError)


def test_keeps_secrets_out_of_the_words():
    assert "s3cret" not in str(error(400, vss("The token s3cret is odd.")))


def test_says_when_the_account_may_go_on():
    found = error(429, Retry_After="13", X_RateLimit_Reset="1763805600")

    assert (found.bucket, found.retry_after) == ("tstu", 13)
    assert found.until.timestamp() == 1_763_805_600


def test_bears_an_odd_reset():
    assert error(429, X_RateLimit_Reset="soon").until is None
