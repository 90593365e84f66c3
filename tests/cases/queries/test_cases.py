import pytest

from testmgmt.cases import queries
from testmgmt.core.errors import NotFoundError
from testmgmt.core.search import search
from tests.factories.cases import CaseFactory, SectionFactory
from tests.factories.projects import TagFactory


def _hits(user, text):
    return [hit.key for group in search(user, text) if group.label == "Cases" for hit in group.hits]


def test_finds_cases_by_title_and_by_key(shop, tom):
    case = CaseFactory(project=shop, title="Login works")

    assert _hits(tom, "login") == [case.key]
    assert _hits(tom, case.key.lower()) == [case.key]
    assert _hits(tom, "%") == []


def test_finds_nothing_of_strangers_and_of_the_trash(shop, tom, sam):
    CaseFactory(project=shop, title="Login works")
    CaseFactory(project=shop, title="Login gone", deleted_at="2026-01-01T00:00Z")

    assert len(_hits(tom, "login")) == 1
    assert _hits(sam, "login") == []


def test_reads_documents_in_the_order_asked_for(shop):
    cases = [CaseFactory(project=shop) for _ in range(3)]
    cases[1].tags.add(TagFactory(project=shop, name="b"), TagFactory(project=shop, name="a"))
    ids = [case.pk for case in reversed(cases)]

    rows = queries.documents(ids, {"title", "tags"})

    assert [row["id"] for row in rows] == ids
    assert rows[1] == {"id": cases[1].pk, "title": cases[1].title, "tags": ["a", "b"]}


def test_reads_any_number_of_documents_in_two_statements(shop, django_assert_num_queries):
    ids = [CaseFactory(project=shop).pk for _ in range(20)]

    with django_assert_num_queries(2):
        queries.documents(ids, {*queries.COLUMNS, "tags"})


def test_shows_a_deleted_case_on_its_page_but_not_in_the_api(shop, tom):
    case = CaseFactory(project=shop, deleted_at="2026-01-01T00:00Z")

    assert queries.case_of(tom, case.pk) == case
    with pytest.raises(NotFoundError):
        queries.document_of(tom, case.pk)


def test_tells_strangers_nothing(shop, sam):
    case, section = CaseFactory(project=shop), SectionFactory(project=shop)

    assert queries.versions_of(sam, case.pk) == []
    for read, pk in ((queries.case_of, case.pk), (queries.section_of, section.pk)):
        with pytest.raises(NotFoundError):
            read(sam, pk)


def test_counts_the_tree_in_two_statements(shop, django_assert_num_queries):
    outer = SectionFactory(project=shop)
    inner = SectionFactory(project=shop, parent=outer)
    for section in (outer, inner, inner, None):
        CaseFactory(project=shop, section=section)
    CaseFactory(project=shop, section=inner, deleted_at="2026-01-01T00:00Z")

    with django_assert_num_queries(2):
        tree = queries.tree(shop)

    assert (tree.total, tree.unsorted, tree.trash) == (4, 1, 1)
    assert [(b.direct, b.total) for b in tree.branches] == [(1, 3), (2, 2)]


def test_says_what_else_is_known(shop):
    case = CaseFactory(
        project=shop, estimate_seconds=90, references="REQ-1", text__custom={"risk": ["a", "b"]}
    )

    assert queries.facts_of(case) == [
        ("Estimate", "1 min 30 s"),
        ("References", "REQ-1"),
        ("risk", "a, b"),
    ]
