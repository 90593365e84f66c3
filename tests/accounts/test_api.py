from datetime import timedelta

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from testmgmt.accounts import services
from testmgmt.accounts.models import ApiKey
from tests.factories.projects import MembershipFactory, ProjectFactory


@pytest.fixture
def bearer(tom):
    """Return a client with a token of Tom's."""

    def with_token(scopes=("admin",), **more):
        key, token = services.create_token(user=tom, name="CI", scopes=scopes, **more)
        client = APIClient(HTTP_AUTHORIZATION=f"Bearer {token}")
        client.key = key
        return client

    return with_token


@pytest.fixture
def tom_with_password(tom):
    tom.set_password("correct horse")
    tom.save()
    return tom


def _sign_in(password, username="tom"):
    body = {"username": username, "password": password}
    return APIClient().post("/api/auth/token", body)


def test_trades_a_password_for_a_token_that_works(tom_with_password):
    answer = _sign_in("correct horse")

    assert answer.status_code == 201
    client = APIClient(HTTP_AUTHORIZATION=f"Bearer {answer.json()['token']}")
    assert client.get("/api/auth/me/").json()["username"] == "tom"


def test_takes_the_email_for_the_name(tom_with_password):
    assert _sign_in("correct horse", "tom@example.com").status_code == 201


@pytest.mark.parametrize("username", ["tom", "nobody"])
def test_refuses_a_wrong_password_without_saying_what_is_wrong(tom_with_password, username):
    answer = _sign_in("guess", username)

    assert answer.status_code == 401
    assert answer.json()["code"] == "credentials_invalid"


def test_refuses_somebody_who_left(tom_with_password):
    tom_with_password.is_active = False
    tom_with_password.save()

    assert _sign_in("correct horse").status_code == 401


def test_stops_guessing_even_when_the_guess_is_right(tom_with_password):
    for _ in range(5):
        _sign_in("guess")

    answer = _sign_in("correct horse")

    assert answer.status_code == 429
    assert int(answer["Retry-After"]) > 0
    assert not ApiKey.objects.exists()


@pytest.mark.parametrize(
    ("state", "code"),
    [
        ({"revoked_at": timezone.now()}, "token_revoked"),
        ({"expires_at": timezone.now() - timedelta(days=1)}, "token_expired"),
        ({"digest": "0" * 64}, "token_invalid"),
    ],
)
def test_says_why_a_token_does_not_work(bearer, state, code):
    client = bearer()
    ApiKey.objects.filter(pk=client.key.pk).update(**state)

    answer = client.get("/api/auth/me")

    assert answer.status_code == 401
    assert answer.json()["code"] == code
    assert answer["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.parametrize("header", ["Bearer", "Bearer a b", "Bearer ä"])
def test_refuses_a_malformed_header(db, header):
    answer = APIClient(HTTP_AUTHORIZATION=header).get("/api/auth/me")

    assert answer.status_code == 401
    assert answer.json()["code"] == "token_malformed"


def test_asks_who_calls(db):
    answer = APIClient().get("/api/auth/me")

    assert answer.status_code == 401
    assert answer.json()["code"] == "not_authenticated"


def test_wants_a_csrf_token_from_a_session(tom):
    client = APIClient(enforce_csrf_checks=True)
    client.force_login(tom)

    assert client.get("/api/auth/tokens").status_code == 200
    assert client.post("/api/auth/tokens", {"name": "x"}).status_code == 403


def test_shows_a_token_once(bearer, shop):
    client = bearer()

    made = client.post("/api/auth/tokens", {"name": "Nightly", "project": "shop"}).json()
    listed = client.get("/api/auth/tokens").json()["results"]

    assert made["token"].startswith(made["prefix"])
    assert made["project"] == "SHOP"
    assert [token["name"] for token in listed] == ["Nightly", "CI"]
    assert made["token"] not in str(listed)


def test_lists_tokens_in_a_fixed_number_of_statements(
    api_of, bearer, tom, shop, django_assert_max_num_queries
):
    for _ in range(5):
        bearer(project=shop)

    with django_assert_max_num_queries(6):
        answer = api_of(tom).get("/api/auth/tokens")

    assert answer.json()["count"] == 5


def test_needs_the_scope_admin_to_make_tokens(bearer):
    assert bearer(["write"]).post("/api/auth/tokens", {"name": "x"}).status_code == 403


def test_keeps_a_token_of_one_project_from_making_a_wider_one(bearer, shop):
    client = bearer(project=shop, is_project_only=True)

    answer = client.post("/api/auth/tokens", {"name": "x"})

    assert answer.status_code == 403
    assert ApiKey.objects.count() == 1


def test_keeps_a_token_of_one_project_out_of_the_others(bearer, shop, tom):
    bank = ProjectFactory(key="BANK")
    MembershipFactory(project=bank, user=tom, role="tester")
    client = bearer(["read"], project=shop, is_project_only=True)

    listed = client.get("/api/projects").json()["results"]

    assert [project["key"] for project in listed] == ["SHOP"]
    assert client.get("/api/projects/BANK").status_code == 404


def test_refuses_a_field_that_does_not_exist(bearer):
    answer = bearer().post("/api/auth/tokens", {"name": "x", "scope": "read"})

    assert answer.status_code == 400
    assert "scope" in answer.json()["errors"]


def test_revokes_a_token_and_then_all(bearer):
    client, other = bearer(), bearer()

    assert client.delete(f"/api/auth/tokens/{other.key.pk}/").status_code == 204
    assert other.get("/api/auth/me").json()["code"] == "token_revoked"
    assert client.post("/api/auth/tokens/revoke-all").json() == {"revoked": 1}
    assert client.get("/api/auth/me").status_code == 401


def test_does_not_find_the_token_of_somebody_else(bearer, api_of, vera):
    client = bearer()

    assert api_of(vera).delete(f"/api/auth/tokens/{client.key.pk}").status_code == 404


def test_remembers_when_a_token_was_used(bearer):
    client = bearer()

    client.get("/api/auth/me")

    client.key.refresh_from_db()
    assert client.key.last_used_at
