import pytest
from django.urls import reverse

from testmgmt.cases import services
from testmgmt.cases.domain import CaseChange, NewCase, Step
from testmgmt.cases.models import Case
from testmgmt.core import slots
from tests.factories.cases import CaseFactory, SectionFactory

HOSTILE = (
    "<script>alert(1)</script> [x](javascript:alert(1)) ![y](//evil.example/p.png) "
    '<img src=x onerror="alert(1)"> <a href="data:text/html,x">z</a>'
)


@pytest.fixture
def case(shop, tom):
    section = SectionFactory(project=shop, name="Login")
    new = NewCase(
        title="Valid password",
        description="**Bold**",
        steps=[Step("Open `page`", "url", "Shown")],
        tags=["smoke"],
        owner="tom",
        estimate_seconds=90,
        section_id=section.pk,
    )
    return services.create_case(user=tom, project_id=shop.pk, case=new)


def _url(name, case, *more):
    return reverse(f"cases:{name}", args=[case.pk, *more])


def test_shows_what_a_case_says(page_of, case, vera):
    body = page_of(vera).get(_url("detail", case)).content.decode()

    for words in ("Valid password", "<strong>Bold</strong>", "<code>page</code>", "Shown", "1 min"):
        assert words in body
    assert _url("edit", case) not in body


@pytest.mark.parametrize("tab", ["steps", "results", "defects", "history", "bogus"])
def test_shows_each_tab_in_few_statements(page_of, case, tom, tab, django_assert_max_num_queries):
    client = page_of(tom)

    with django_assert_max_num_queries(12):
        answer = client.get(f"{_url('detail', case)}?tab={tab}")

    assert answer.status_code == 200


def test_answers_htmx_with_the_pane(page_of, case, tom):
    body = page_of(tom).get(_url("detail", case), HTTP_HX_REQUEST="true").content.decode()

    assert "<html" not in body
    assert "Valid password" in body


@pytest.mark.parametrize("field", ["title", "description", "preconditions", "expected"])
def test_never_lets_a_text_become_a_script(page_of, shop, tom, field):
    values = {"title": "a", field: HOSTILE, "steps": [Step(HOSTILE, HOSTILE, HOSTILE)]}
    case = services.create_case(user=tom, project_id=shop.pk, case=NewCase(**values))
    services.update_case(user=tom, case_id=case.pk, change=CaseChange(title="b"))
    client = page_of(tom)

    for page in (_url("detail", case), _url("history", case), _url("edit", case)):
        body = client.get(page).content.decode()
        assert "<script>alert" not in body
        assert "<img src=x" not in body
        assert 'href="javascript:' not in body
        assert 'href="data:' not in body


def test_hides_cases_from_strangers(page_of, case, sam):
    client = page_of(sam)

    for name in ("detail", "edit", "delete", "history"):
        assert client.get(_url(name, case)).status_code == 404


def test_offers_places_for_others(page_of, case, tom, monkeypatch):
    def filler(label):
        return [slots.Filler(label, "refresh", lambda thing: f"/{label}/{thing.pk}/")]

    places = {
        "case.panel": filler("sync"),
        "case.actions": filler("run"),
        "case.results": filler("past"),
    }
    monkeypatch.setattr(slots, "_fillers", {**slots._fillers, **places})

    body = page_of(tom).get(f"{_url('detail', case)}?tab=results").content.decode()

    assert f'hx-get="/sync/{case.pk}/"' in body
    assert f'href="/run/{case.pk}/"' in body
    assert f'hx-get="/past/{case.pk}/"' in body


def test_asks_before_it_deletes(page_of, case, ada):
    client = page_of(ada)

    assert "Delete 1 case" in client.get(_url("delete", case)).content.decode()
    assert Case.objects.filter(deleted_at=None).exists()
    client.post(_url("delete", case))
    assert not Case.objects.filter(deleted_at=None).exists()


def test_takes_a_case_out_of_the_trash_from_its_page(page_of, case, ada):
    client = page_of(ada)
    client.post(_url("delete", case))

    assert _url("restore", case) in client.get(_url("detail", case)).content.decode()
    client.post(_url("restore", case))
    assert Case.objects.filter(deleted_at=None).exists()


@pytest.mark.parametrize("name", ["delete", "restore"])
def test_lets_only_leads_delete_and_restore(page_of, case, ada, tom, name):
    if name == "restore":
        services.delete_case(user=ada, case_id=case.pk)

    assert page_of(tom).post(_url(name, case)).status_code == 403


def test_compares_two_versions(page_of, case, tom):
    change = CaseChange(description="**Bolder**", steps=[], priority="high", note="For 2.4")
    services.update_case(user=tom, case_id=case.pk, change=change)

    body = page_of(tom).get(_url("history", case)).content.decode()

    assert "Version 1 to 2" in body
    assert "For 2.4" in body
    for went in ("Bold", "Open", "medium"):
        assert f"went: </span>{went}" in body


def test_compares_any_two_and_survives_others(page_of, case, tom):
    for title in ("b", "c"):
        services.update_case(user=tom, case_id=case.pk, change=CaseChange(title=title))
    client, url = page_of(tom), _url("history", case)

    assert "Version 1 to 3" in client.get(f"{url}?from=1&to=3").content.decode()
    assert client.get(f"{url}?from=x&to=y").status_code == 200
    assert client.get(f"{url}?to=99").status_code == 404


def test_brings_a_version_back(page_of, case, tom, vera):
    services.update_case(user=tom, case_id=case.pk, change=CaseChange(title="b"))

    assert page_of(vera).post(_url("restore_version", case, 1)).status_code == 403
    page_of(tom).post(_url("restore_version", case, 1))

    case.refresh_from_db()
    assert (case.title, case.current.number) == ("Valid password", 3)


def test_shows_a_case_whose_words_are_of_any_script(page_of, shop, tom):
    case = CaseFactory(project=shop, title="日本語 العربية 🔑", text__description="Ünïcödé ✓")

    body = page_of(tom).get(_url("detail", case)).content.decode()

    assert "日本語 العربية 🔑" in body
    assert "Ünïcödé ✓" in body
