"""Guides: what a connector's README says reaches whoever sets the tracker up."""

import pytest

from integrations import queries
from testmgmt.core.text import to_html


@pytest.mark.parametrize("tracker", queries.kinds(), ids=lambda tracker: tracker.kind)
def test_each_tracker_tells_where_token_and_webhook_come_from(tracker):
    html = to_html(queries.guide_of(tracker.kind))

    assert "token" in html
    assert "hook" in html.lower()
    assert "<li>" in html
    assert "<br" not in html
    assert "<h1>" not in html


def test_a_wrapped_paragraph_is_one_and_a_list_stays_a_list():
    html = to_html(queries.guide_of("jira"))

    assert html.count("<li>") >= 5
    assert "<table>" in html
    assert "What it costs" not in html
