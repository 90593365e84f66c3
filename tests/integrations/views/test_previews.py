"""Pages of what a sync would do, and of why it did what it did."""

import pytest

from integrations import services
from testmgmt.core.models import Job
from tests.integrations.conftest import JIRA_TOKEN
from tests.integrations.views.test_systems import plain


@pytest.fixture
def counted(linked, connection, cloud, ada, page_of):
    """Return the address of a finished preview, with an issue that was changed meanwhile."""
    cloud.as_human("ken").edit("ENG-1", summary="Changed in Jira")
    answer = page_of(ada).post(f"/integrations/{connection.pk}/preview/")
    job = Job.objects.get(kind="preview")
    assert answer["Location"] == f"/jobs/{job.pk}/"
    services.work_preview(job_id=job.pk)
    return f"/integrations/{connection.pk}/preview/{job.pk}/"


def test_shows_counts_and_values_only_when_asked(counted, ada, page_of):
    page = page_of(ada)

    counts, values = plain(page.get(counted)), plain(page.get(f"{counted}?field=title"))

    assert "Changed in Jira" not in counts
    assert '<div class="label">Update</div>' in counts
    assert "Login fails" in values
    assert "Changed in Jira" in values


def test_shows_a_field_as_a_fragment_and_an_outage_in_words(counted, ada, cloud, page_of):
    cloud.go_down()

    shown = page_of(ada).get(f"{counted}?field=title", headers={"HX-Request": "true"})

    assert "<html" not in plain(shown)
    assert 'data-tone="warn"' in plain(shown)


def test_an_unfinished_one_says_so(connection, ada, page_of):
    job = services.start_preview(user=ada, connection_id=connection.pk)

    shown = plain(page_of(ada).get(job.url))

    assert "It is still being counted." in shown
    assert f"/jobs/{job.pk}/" in shown


def test_only_those_who_configure_see_it(counted, tom, sam, page_of):
    assert page_of(tom).get(counted).status_code == 403
    assert page_of(sam).get(counted).status_code == 404


def test_the_panel_explains(linked, connection, cloud, tom, sam, page_of):
    cloud.as_human("ken").edit("ENG-1", summary="Changed in Jira")
    url = f"/sync/defects/{linked.pk}/explain/{connection.pk}/"

    shown = plain(page_of(tom).get(url))

    assert "Nothing stands in the way" in shown
    assert "Jira changed since the last sync" in shown
    assert JIRA_TOKEN not in shown
    assert page_of(sam).get(url).status_code == 404


def test_pages_take_few_statements(
    counted, connection, tracker, ada, page_of, django_assert_max_num_queries
):
    page = page_of(ada)
    hook = f"/projects/SHOP/settings/integrations/systems/{tracker.pk}/hook/"
    for url in (hook, counted):
        page.get(url)
        with django_assert_max_num_queries(12):
            page.get(url)
