"""Whose an account is, over the API."""

import pytest

from integrations.base.items import Person
from integrations.models import Identity
from integrations.services.people import directory
from integrations.services.systems import platform_system


@pytest.fixture
def api(ada, api_of):
    return api_of(ada)


@pytest.fixture
def url(tracker):
    return f"/api/integrations/{tracker.pk}/people"


def test_an_admin_says_whose_an_account_is(api, url, tom):
    answer = api.put(url, {"account": "acc-1", "person": "tom"})

    assert answer.status_code == 200, answer.data
    assert (answer.data["person"], answer.data["is_user"]) == ("tom", True)
    [listed] = api.get(url).data["results"]
    assert (listed["account"], listed["is_manual"]) == ("acc-1", True)


def test_saying_it_again_corrects_it(api, url, tom, ada):
    api.put(url, {"account": "acc-1", "person": "tom"})
    api.put(url, {"account": "acc-1", "person": "ada"})

    assert [one["person"] for one in api.get(url).data["results"]] == ["ada"]


def test_somebody_without_an_account_here_is_joined_by_a_name(api, url):
    answer = api.put(url, {"account": "acc-1", "person": "=Ann Lee"})

    assert (answer.data["person"], answer.data["is_user"]) == ("Ann Lee", False)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"account": "acc-1", "person": "nobody"}, "person"),
        ({"account": "acc-1", "person": "="}, "person"),
        ({"account": " ", "person": "tom"}, "account"),
        ({"person": "tom"}, "account"),
    ],
)
def test_what_is_wrong_is_named(api, url, tom, body, field):
    answer = api.put(url, body)

    assert answer.status_code == 400
    assert field in answer.json()["errors"]


def test_an_account_is_forgotten(api, url, tom):
    made = api.put(url, {"account": "acc-1", "person": "tom"}).data

    assert api.delete(f"{url}/{made['id']}").status_code == 204
    assert api.delete(f"{url}/{made['id']}").status_code == 404
    assert not Identity.objects.exists()


def test_strangers_see_no_people(api_of, sam, url):
    assert api_of(sam).get(url).status_code == 404
    assert api_of(sam).put(url, {"account": "a", "person": "ada"}).status_code == 404


def test_a_page_of_people_costs_the_same_however_many(api, url, tom, django_assert_max_num_queries):
    for number in range(12):
        api.put(url, {"account": f"acc-{number}", "person": "tom"})

    with django_assert_max_num_queries(8):
        assert len(api.get(url).data["results"]) == 12


def test_the_sync_goes_by_what_the_admin_said(api, url, tracker, tom):
    api.put(url, {"account": "acc-1", "person": "tom"})

    find = directory({"a": platform_system(), "b": tracker}, {"a": None, "b": None})

    assert find("b", Person("acc-1", "Tom T.")).id == str(tom.pk)
    assert find("a", Person(str(tom.pk), "Tom")).id == "acc-1"
