import pytest
from django.utils import timezone

from testmgmt.accounts import services
from testmgmt.accounts.models import ApiKey
from testmgmt.core.models import AuditEntry

PROFILE = {
    "first_name": "Tom",
    "last_name": "Moss",
    "email": "tom@example.com",
    "theme": "dark",
    "density": "compact",
    "timezone": "Asia/Tokyo",
}


def test_signs_in_with_a_password_and_out_again(client, tom):
    tom.set_password("correct horse")
    tom.save()

    answer = client.post("/accounts/login/", {"login": "tom", "password": "correct horse"})

    assert answer.url == "/"
    assert client.get("/projects/").status_code == 200
    client.post("/accounts/logout/")
    assert client.get("/projects/").url == "/accounts/login/?next=/projects/"


def test_says_in_words_that_a_password_is_wrong(client, tom):
    answer = client.post("/accounts/login/", {"login": "tom", "password": "guess"})

    assert "not correct" in answer.content.decode()


def test_stops_guessing_on_the_page(client, tom):
    for _ in range(6):
        answer = client.post("/accounts/login/", {"login": "tom", "password": "guess"})

    assert "Too many" in answer.content.decode()


def test_lets_nobody_sign_up(client, db):
    assert "closed" in client.get("/accounts/signup/").content.decode().lower()


def test_saves_a_profile_and_looks_like_it(page_of, tom):
    page = page_of(tom)

    page.post("/profile/", PROFILE)

    html = page.get("/profile/").content.decode()
    assert 'data-theme="dark"' in html
    assert 'data-density="compact"' in html
    assert 'data-shortcuts="off"' in html


def test_shows_times_where_the_reader_is(page_of, tom):
    page = page_of(tom)
    page.post("/profile/", PROFILE)
    services.create_token(user=tom, name="CI", scopes=["read"])
    ApiKey.objects.update(last_used_at=timezone.now())

    assert "JST" in page.get("/profile/tokens/").content.decode()


def test_refuses_a_time_zone_that_does_not_exist(page_of, tom):
    answer = page_of(tom).post("/profile/", {**PROFILE, "timezone": "Mars/Base"})

    assert answer.status_code == 422
    tom.refresh_from_db()
    assert tom.timezone == "UTC"


def test_goes_back_to_the_page_where_the_theme_was_switched(page_of, tom):
    here = page_of(tom).post("/profile/theme/", {}, HTTP_REFERER="http://testserver/projects/")
    elsewhere = page_of(tom).post("/profile/theme/", {}, HTTP_REFERER="http://evil.example/")

    assert here.url == "http://testserver/projects/"
    assert elsewhere.url == "/projects/"


def test_answers_the_switch_of_a_script_with_nothing(page_of, tom):
    answer = page_of(tom).post("/profile/theme/", {"theme": "dark"}, HTTP_HX_REQUEST="true")

    assert answer.status_code == 204


def test_shows_a_token_in_one_answer_and_never_again(page_of, tom, shop):
    page = page_of(tom)
    form = {"name": "Nightly", "scopes": ["write:results"], "project": shop.pk, "days": 30}

    made = page.post("/profile/tokens/", form)

    key = ApiKey.objects.get()
    token = made.context["plain"]
    assert token in made.content.decode()
    assert "no-store" in made["Cache-Control"]
    assert token not in page.get("/profile/tokens/").content.decode()
    assert key.project == shop
    assert key.expires_at


def test_says_what_a_token_still_needs(page_of, tom):
    answer = page_of(tom).post("/profile/tokens/", {"name": "", "days": 30})

    assert answer.status_code == 422
    assert not ApiKey.objects.exists()


def test_puts_a_broken_rule_at_its_field(page_of, tom):
    form = {"name": "x", "scopes": ["read"], "days": 0, "is_project_only": "on"}

    answer = page_of(tom).post("/profile/tokens/", form)

    assert answer.status_code == 422
    assert "project" in answer.context["form"].errors


def test_revokes_from_the_page(page_of, tom):
    key, _ = services.create_token(user=tom, name="CI", scopes=["read"])

    page_of(tom).post(f"/profile/tokens/{key.pk}/revoke/")

    assert key.prefix not in page_of(tom).get("/profile/tokens/").content.decode()
    assert AuditEntry.objects.filter(action="revoke").exists()


def test_cannot_revoke_for_somebody_else(page_of, tom, vera):
    key, _ = services.create_token(user=tom, name="CI", scopes=["read"])

    assert page_of(vera).post(f"/profile/tokens/{key.pk}/revoke/").status_code == 404


@pytest.mark.parametrize("path", ["/profile/", "/profile/tokens/"])
def test_costs_few_statements(page_of, tom, path, django_assert_max_num_queries):
    page = page_of(tom)

    with django_assert_max_num_queries(12):
        assert page.get(path).status_code == 200


@pytest.mark.parametrize("path", ["/profile/theme/", "/profile/tokens/revoke-all/"])
def test_changes_nothing_by_a_link(page_of, tom, path):
    assert page_of(tom).get(path).status_code == 405
