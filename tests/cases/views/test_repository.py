from itertools import chain

import pytest
from django.urls import reverse

from testmgmt.cases import services
from testmgmt.cases.domain import NewCase, NewSection
from testmgmt.cases.models import Case
from testmgmt.core import slots
from tests.factories.cases import CaseFactory, SectionFactory
from tests.factories.projects import choice

HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def url(shop):
    return reverse("cases:list", args=[shop.key])


@pytest.fixture
def shelf(shop, tom):
    outer = SectionFactory(project=shop, name="Outer")
    inner = SectionFactory(project=shop, name="Inner", parent=outer)
    batch = [
        NewCase(title="In inner", section_id=inner.pk, tags=["smoke"]),
        NewCase(title="In outer", section_id=outer.pk, priority="high"),
        NewCase(title="Loose"),
    ]
    made = services.create_cases(user=tom, project_id=shop.pk, cases=batch)
    Case.objects.filter(pk=made[0].pk).update(last_status=choice(shop, "result_status", "failed"))
    return {"outer": outer.pk, "inner": inner.pk, "cases": [case.pk for case in made]}


def _titles(answer):
    return [row.title for group in answer.context["view"].groups for row in group.rows]


def test_shows_cases_as_the_tree_has_them(page_of, shelf, tom, url):
    answer = page_of(tom).get(url)

    assert _titles(answer) == ["In outer", "In inner", "Loose"]
    assert [group.name for group in answer.context["view"].groups] == ["Outer", "Inner", "Unsorted"]


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ("section={outer}", ["In outer", "In inner"]),
        ("section={inner}", ["In inner"]),
        ("section=none", ["Loose"]),
        ("section=trash", []),
        ("search=OUTER", ["In outer"]),
        ("tag=smoke", ["In inner"]),
        ("priority=high", ["In outer"]),
        ("last_status=failed", ["In inner"]),
        ("sort=title", ["In inner", "In outer", "Loose"]),
        ("sort=-title", ["Loose", "In outer", "In inner"]),
        ("priority=bogus&sort=bogus&section=bogus&page=bogus", ["In outer", "In inner", "Loose"]),
    ],
)
def test_shows_what_the_url_asks_for(page_of, shelf, tom, url, query, titles):
    answer = page_of(tom).get(f"{url}?{query.format(**shelf)}")

    assert _titles(answer) == titles


def test_turns_pages_across_sections(page_of, shop, tom, url):
    ids = services.import_sections(
        user=tom, project_id=shop.pk, sections=[NewSection(name=n) for n in ("A", "B", "C")]
    )
    cases = [NewCase(title=f"{n:03}", section_id=ids[n // 90]) for n in range(250)]
    services.import_cases(user=tom, project_id=shop.pk, cases=cases)
    client = page_of(tom)

    pages = [_titles(client.get(f"{url}?page={number}")) for number in (1, 2, 3)]

    assert [len(page) for page in pages] == [100, 100, 50]
    assert list(chain(*pages)) == [f"{n:03}" for n in range(250)]


def test_opens_the_case_that_the_url_names(page_of, shelf, tom, url):
    answer = page_of(tom).get(f"{url}?case={shelf['cases'][0]}")

    assert answer.context["case"].title == "In inner"


@pytest.mark.parametrize("number", ["9" * 30, "²", "-1"])
def test_finds_nothing_under_a_number_that_no_column_holds(page_of, shelf, tom, url, number):
    client = page_of(tom)

    assert client.get(f"{url}?case={number}&section={number}&page={number}").status_code == 200
    assert client.get(f"/cases/{number}/").status_code == 404


def test_answers_htmx_with_the_table_and_the_tree(page_of, shelf, tom, url):
    answer = page_of(tom).get(url, **HTMX)

    body = answer.content.decode()
    assert "<html" not in body
    assert 'id="cases"' in body
    assert 'hx-swap-oob="morph"' in body


def test_takes_at_most_twelve_statements_however_much_there_is(
    page_of, shop, tom, url, django_assert_max_num_queries
):
    sections = [NewSection(name=f"S{n}", parent_index=n - 1 if n % 9 else None) for n in range(200)]
    ids = services.import_sections(user=tom, project_id=shop.pk, sections=sections)
    cases = [NewCase(title=f"C{n}", section_id=ids[n % 200], tags=["a"]) for n in range(400)]
    made = services.import_cases(user=tom, project_id=shop.pk, cases=cases)
    client = page_of(tom)

    with django_assert_max_num_queries(12):
        client.get(f"{url}?section={ids[0]}&tag=a&case={made[0]}")
    with django_assert_max_num_queries(12):
        client.get(url, **HTMX)


def test_offers_first_steps_in_an_empty_project(page_of, shop, tom, vera, url):
    body = page_of(tom).get(url).content.decode()

    assert "/migrations/" in body
    assert reverse("cases:create", args=[shop.key]) in body
    assert reverse("cases:section_create", args=[shop.key]) in body
    assert "Write the first case" not in page_of(vera).get(url).content.decode()


def test_hides_the_repository_from_strangers(page_of, shelf, sam, url):
    assert page_of(sam).get(url).status_code == 404


def test_never_lets_a_title_or_a_search_become_markup(page_of, shop, tom, url):
    CaseFactory(project=shop, title="<script>alert(1)</script>")

    body = page_of(tom).get(f'{url}?search="><script>').content.decode()
    listed = page_of(tom).get(url).content.decode()

    assert "<script>alert" not in listed
    assert '"><script>' not in body


def test_adds_a_case_from_a_title(page_of, shop, tom, url):
    section = SectionFactory(project=shop)
    back = f"{url}?section={section.pk}"

    answer = page_of(tom).post(
        reverse("cases:add", args=[shop.key]),
        {"titles": "Новый кейс", "section": section.pk, "back": back},
    )

    assert answer["Location"] == back
    assert Case.objects.get(title="Новый кейс").section == section


def test_adds_a_case_of_each_pasted_line(page_of, shop, tom):
    answer = page_of(tom).post(
        reverse("cases:add", args=[shop.key]), {"titles": "one\n\n two \nthree"}, **HTMX
    )

    assert (answer.status_code, answer["HX-Trigger"].count("cases-changed")) == (204, 1)
    assert list(Case.objects.order_by("pk").values_list("title", flat=True)) == [
        *("one", "two", "three")
    ]


@pytest.mark.parametrize("back", ["https://evil.example/", "//evil.example", ""])
def test_returns_only_to_pages_of_its_own(page_of, shop, tom, url, back):
    answer = page_of(tom).post(reverse("cases:add", args=[shop.key]), {"titles": "a", "back": back})

    assert answer["Location"] == url


@pytest.mark.parametrize("titles", ["", " \n ", "x" * 501, "a\n" * 201])
def test_says_what_is_wrong_with_titles(page_of, shop, tom, titles):
    answer = page_of(tom).post(reverse("cases:add", args=[shop.key]), {"titles": titles}, **HTMX)

    assert '"tone": "bad"' in answer["HX-Trigger"]
    assert not Case.objects.exists()


@pytest.mark.parametrize(("who", "status"), [("vera", 403), ("sam", 404)])
def test_lets_only_writers_add(page_of, shop, who, status, request):
    client = page_of(request.getfixturevalue(who))

    answer = client.post(reverse("cases:add", args=[shop.key]), {"titles": "a"})

    assert answer.status_code == status


def test_moves_ticked_cases(page_of, shop, shelf, tom):
    answer = page_of(tom).post(
        reverse("cases:bulk", args=[shop.key]),
        {"action": "move", "case": shelf["cases"][2], "section": shelf["inner"]},
        **HTMX,
    )

    assert "Moved 1" in answer["HX-Trigger"]
    assert Case.objects.get(pk=shelf["cases"][2]).section_id == shelf["inner"]


def test_tags_deletes_and_restores_ticked_cases(page_of, shop, shelf, ada):
    client, url = page_of(ada), reverse("cases:bulk", args=[shop.key])

    client.post(url, {"action": "tag", "case": shelf["cases"], "tags": "a, b"})
    assert Case.objects.filter(tags__name="b").count() == 3
    client.post(url, {"action": "delete", "case": shelf["cases"]})
    assert not Case.objects.filter(deleted_at=None).exists()
    client.post(url, {"action": "restore", "case": shelf["cases"][0]})
    assert Case.objects.filter(deleted_at=None).count() == 1


@pytest.mark.parametrize(
    "body",
    [
        {"action": "move"},
        {"action": "explode", "case": "1"},
        {"action": "tag", "case": "x"},
        {"action": "tag", "case": "9" * 30},
    ],
)
def test_asks_for_a_sound_selection(page_of, shop, shelf, tom, body):
    answer = page_of(tom).post(reverse("cases:bulk", args=[shop.key]), body, **HTMX)

    assert '"tone": "bad"' in answer["HX-Trigger"]


def test_refuses_a_tester_to_delete(page_of, shop, shelf, tom):
    answer = page_of(tom).post(
        reverse("cases:bulk", args=[shop.key]), {"action": "delete", "case": shelf["cases"]}
    )

    assert answer.status_code == 403
    assert Case.objects.filter(deleted_at=None).count() == 3


def test_offers_places_for_actions(page_of, shelf, tom, url, monkeypatch):
    filler = slots.Filler("Start a run", "player-play", lambda project: f"/go/{project.key}/")
    monkeypatch.setattr(slots, "_fillers", {**slots._fillers, "cases.actions": [filler]})

    assert 'href="/go/SHOP/"' in page_of(tom).get(url).content.decode()
