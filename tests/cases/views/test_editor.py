import pytest
from django.urls import reverse

from testmgmt.cases import services
from testmgmt.cases.domain import CaseChange, NewCase, Step
from testmgmt.cases.models import Case
from testmgmt.projects.models import CustomField
from tests.factories.cases import SectionFactory


@pytest.fixture
def case(shop, tom):
    new = NewCase(title="Old", description="Base", steps=[Step("Open"), Step("Close")])
    return services.create_case(user=tom, project_id=shop.pk, case=new)


def _form(case, **changes):
    steps = case.current.steps
    return {
        "title": case.title,
        "description": case.current.description,
        "template": "steps",
        "state": "ready",
        "priority": "medium",
        "type": "functional",
        "revision": case.revision,
        "version": case.current.number,
        "step_id": [step["id"] for step in steps],
        "step_action": [step["action"] for step in steps],
        "step_data": [step["data"] for step in steps],
        "step_expected": [step["expected"] for step in steps],
        **changes,
    }


def test_writes_a_case_that_has_only_a_title(page_of, shop, tom):
    url = reverse("cases:create", args=[shop.key])

    answer = page_of(tom).post(url, {"title": "New"})

    case = Case.objects.get()
    assert answer["Location"] == reverse("cases:detail", args=[case.pk])
    assert (case.title, case.state.slug, case.current.steps) == ("New", "ready", [])


def test_writes_all_of_a_case(page_of, shop, tom):
    CustomField.objects.create(project=shop, entity="case", slug="due", name="Due", kind="date")
    CustomField.objects.create(project=shop, entity="case", slug="ui", name="UI", kind="boolean")
    section = SectionFactory(project=shop)
    body = {
        "title": "New",
        "section": section.pk,
        "owner": "tom",
        "tags": "a, b,",
        "estimate": "1 h",
        "custom_due": "2027-01-31",
        "custom_ui": "true",
        "step_action": ["Open", "", "Close"],
        "step_expected": ["Shown", "", ""],
        "again": "1",
    }

    answer = page_of(tom).post(reverse("cases:create", args=[shop.key]), body)

    case = Case.objects.get()
    assert answer["Location"].endswith(f"/cases/new/?section={section.pk}")
    assert (case.section, case.owner, case.estimate_seconds) == (section, tom, 3600)
    assert case.current.custom == {"due": "2027-01-31", "ui": True}
    assert [(s["action"], s["expected"]) for s in case.current.steps] == [
        ("Open", "Shown"),
        ("Close", ""),
    ]


def test_opens_in_few_statements(page_of, case, tom, django_assert_max_num_queries):
    client = page_of(tom)

    with django_assert_max_num_queries(12):
        answer = client.get(reverse("cases:edit", args=[case.pk]))

    assert answer.context["rows"][0].action == "Open"


def test_changes_nothing_where_nothing_was_typed(page_of, case, tom):
    page_of(tom).post(reverse("cases:edit", args=[case.pk]), _form(case))

    case.refresh_from_db()
    assert case.revision == 1


def test_keeps_the_ids_of_steps_that_moved(page_of, case, tom):
    first, second = (step["id"] for step in case.current.steps)
    changes = {"step_id": [second, first], "step_action": ["Close", "Open it"]}

    page_of(tom).post(reverse("cases:edit", args=[case.pk]), _form(case, **changes))

    steps = Case.objects.get(pk=case.pk).current.steps
    assert [(s["id"], s["action"]) for s in steps] == [(second, "Close"), (first, "Open it")]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"title": " "}, "This field is required"),
        ({"estimate": "soon"}, "Write an estimate"),
        ({"section": "99999"}, "Select a valid choice"),
        ({"tags": "x" * 101}, "longer than 100"),
    ],
)
def test_shows_what_is_wrong_and_loses_nothing(page_of, case, tom, changes, words):
    body = _form(case, step_action=["Typed", "Close"], **changes)

    answer = page_of(tom).post(reverse("cases:edit", args=[case.pk]), body)

    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert answer.context["rows"][0].action == "Typed"


@pytest.mark.parametrize(
    ("do", "actions"),
    [
        ("add", ["Open", "Close", ""]),
        ("up-2", ["Close", "Open"]),
        ("drop-1", ["Close"]),
        ("paste", ["Open", "Close", "Third", "Fourth"]),
    ],
)
def test_works_without_script(page_of, case, tom, do, actions):
    body = _form(case, title="", do=do, pasted="1. Third\n2. Fourth")

    answer = page_of(tom).post(reverse("cases:edit", args=[case.pk]), body)

    assert [row.action for row in answer.context["rows"]] == actions
    assert Case.objects.get(pk=case.pk).revision == 1


def test_shows_both_texts_where_somebody_was_faster(page_of, case, tom, ada):
    theirs = CaseChange(description="Theirs", tags=["theirs"])
    services.update_case(user=ada, case_id=case.pk, change=theirs)

    answer = page_of(tom).post(
        reverse("cases:edit", args=[case.pk]), _form(case, description="Mine")
    )

    assert answer.status_code == 409
    assert {c.name: (c.mine, c.theirs, c.is_theirs) for c in answer.context["clashes"]} == {
        "description": ("Mine", "Theirs", False),
        "tags": ("", "theirs", True),
    }
    assert Case.objects.get(pk=case.pk).current.description == "Theirs"
    assert 'name="revision" value="2"' in answer.content.decode()


def test_lets_two_people_write_the_same(page_of, case, tom, ada):
    services.update_case(user=ada, case_id=case.pk, change=CaseChange(description="Same"))

    answer = page_of(tom).post(
        reverse("cases:edit", args=[case.pk]), _form(case, description="Same")
    )

    assert answer["Location"] == reverse("cases:detail", args=[case.pk])


@pytest.mark.parametrize(("taken", "text"), [("mine", "Mine"), ("theirs", "Theirs")])
def test_saves_the_text_that_was_chosen(page_of, case, tom, ada, taken, text):
    theirs = CaseChange(description="Theirs", tags=["theirs"])
    services.update_case(user=ada, case_id=case.pk, change=theirs)
    choices = {"take-description": taken, "take-tags": "theirs"}

    page_of(tom).post(
        reverse("cases:edit", args=[case.pk]),
        _form(case, description="Mine", revision=2, version=2, **choices),
    )

    case = Case.objects.get(pk=case.pk)
    assert case.current.description == text
    assert [tag.name for tag in case.tags.all()] == ["theirs"]


def test_reads_pasted_lists(page_of, tom):
    answer = page_of(tom).post(reverse("cases:paste"), {"pasted": "1. <b>Open</b> -> Shown"})

    body = answer.content.decode()
    assert "&lt;b&gt;Open&lt;/b&gt;" in body
    assert "Shown" in body


@pytest.mark.parametrize(("who", "status"), [("vera", 403), ("sam", 404)])
def test_lets_only_writers_in(page_of, shop, case, who, status, request):
    client = page_of(request.getfixturevalue(who))

    for url in (reverse("cases:create", args=[shop.key]), reverse("cases:edit", args=[case.pk])):
        assert client.get(url).status_code == status
        assert client.post(url, {"title": "x"}).status_code == status
