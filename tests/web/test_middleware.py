import json

import pytest

PATHS = ["/accounts/login/", "/projects/", "/projects/SHOP/", "/nowhere/", "/api/projects"]


@pytest.mark.parametrize("path", PATHS)
def test_lets_pages_load_and_run_nothing_but_our_own(page_of, shop, tom, path):
    answer = page_of(tom).get(path, follow=True)

    policy = answer["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    assert "style-src 'self'" in policy
    assert "unsafe" not in policy
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("path", PATHS[:4])
def test_has_no_inline_script_or_style(page_of, shop, tom, path):
    html = page_of(tom).get(path, follow=True).content.decode()

    assert " style=" not in html
    assert " onclick=" not in html
    assert "<script>" not in html
    assert "<style" not in html


def test_shows_a_broken_rule_as_a_page(page_of, shop, tom):
    answer = page_of(tom).post("/projects/SHOP/settings/archive/")

    assert answer.status_code == 403
    assert "role admin" in answer.content.decode()


def test_shows_a_broken_rule_to_htmx_as_a_toast(page_of, shop, tom):
    answer = page_of(tom).post("/projects/SHOP/settings/archive/", HTTP_HX_REQUEST="true")

    toast = json.loads(answer["HX-Trigger"])["toast"]
    assert answer.status_code == 403
    assert toast["tone"] == "bad"
    assert "role admin" in toast["text"]


def test_keeps_pages_and_fragments_apart_in_caches(page_of, tom):
    assert "HX-Request" in page_of(tom).get("/jobs/")["Vary"]
