"""Two people at the same moment."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from testmgmt.cases import services
from testmgmt.cases.domain import CaseChange, NewCase, SectionChange
from testmgmt.cases.models import Case, Section
from testmgmt.core.errors import DomainError
from tests.factories.cases import CaseFactory, SectionFactory


def _together(*jobs):
    """Run jobs at once; return what each gave, or the rule that it broke."""

    def run(job):
        try:
            return job()
        except DomainError as error:
            return error.code
        finally:
            connection.close()

    with ThreadPoolExecutor(len(jobs)) as pool:
        return list(pool.map(run, jobs))


def test_lets_one_of_two_win_at_the_same_revision(threads_database, shop, tom):
    case = CaseFactory(project=shop)

    def change(title):
        return services.update_case(
            user=tom, case_id=case.pk, change=CaseChange(title=title), revision=1
        ).title

    given = _together(*(lambda title=title: change(title) for title in "abcd"))

    case.refresh_from_db()
    assert sorted(given, key=len) == [case.title, *["stale_revision"] * 3]
    assert (case.revision, case.versions.count()) == (2, 2)


def test_makes_one_case_for_one_marker(threads_database, shop, tom):
    new = NewCase(title="Sign in", marker="m1")

    def make():
        return services.create_case(user=tom, project_id=shop.pk, case=new).pk

    given = _together(*[make] * 4)

    assert given == [Case.objects.get().pk] * 4


def test_counts_every_change_where_no_revision_is_named(threads_database, shop, tom):
    case = CaseFactory(project=shop)

    def change(title):
        return services.update_case(user=tom, case_id=case.pk, change=CaseChange(title=title)).title

    _together(*(lambda title=title: change(title) for title in "abcd"))

    case.refresh_from_db()
    assert case.revision == 5
    assert list(case.versions.values_list("number", flat=True)) == [5, 4, 3, 2, 1]


@pytest.mark.parametrize("attempt", range(3))
def test_never_closes_a_circle(threads_database, shop, tom, attempt):
    one, two = SectionFactory(project=shop), SectionFactory(project=shop)

    def move(section, below):
        change = SectionChange(parent_id=below.pk)
        return services.update_section(user=tom, section_id=section.pk, change=change).pk

    given = _together(lambda: move(one, two), lambda: move(two, one))

    assert given.count("section_cycle") == 1
    assert Section.objects.filter(parent=None).count() == 1
