"""The frame in a real browser: it loads whole, answers keys, and fits a phone."""

import pytest
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PATHS = ["/projects/", "/projects/SHOP/", "/projects/SHOP/settings/members/", "/profile/tokens/"]


@pytest.mark.parametrize(
    ("scheme", "width"), [("light", 1280), ("dark", 1280), ("light", 390)], ids=str
)
def test_fits_and_breaks_no_rule(signed_in, site, complaints, ada, scheme, width):
    page = signed_in(ada)
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 800})

    for path in PATHS:
        page.goto(f"{site}{path}")
        assert page.evaluate("document.documentElement.scrollWidth") <= width

    assert page.evaluate("document.fonts.check('14px Inter')")
    assert complaints == []


def test_jumps_by_the_palette(signed_in, site, shop, ada):
    page = signed_in(ada)

    page.keyboard.press("Control+k")
    page.keyboard.type("web")
    expect(page.get_by_role("option", name="SHOP Web Shop")).to_have_attribute(
        "aria-selected", "true"
    )
    page.keyboard.press("Enter")

    page.wait_for_url("**/projects/SHOP/")


def test_follows_keys_unless_somebody_types(signed_in, site, ada):
    page = signed_in(ada)
    page.goto(f"{site}/projects/SHOP/settings/")

    page.get_by_label("Name").fill("")
    page.keyboard.type("g s ?")
    expect(page.get_by_label("Name")).to_have_value("g s ?")
    page.get_by_role("heading", name="Archive").click()
    page.keyboard.type("?")

    expect(page.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()


def test_leaves_single_keys_alone_where_they_are_switched_off(signed_in, site, ada):
    ada.has_shortcuts = False
    page = signed_in(ada)

    page.keyboard.type("?")

    expect(page.get_by_role("dialog", name="Keyboard shortcuts")).not_to_be_visible()


def test_remembers_the_theme(signed_in, ada):
    page = signed_in(ada)
    page.emulate_media(color_scheme="light")

    with page.expect_response("**/profile/theme/"):
        page.get_by_role("button", name="Switch between light and dark").click()
    page.reload()

    assert page.evaluate("document.documentElement.dataset.theme") == "dark"


def test_shows_a_refusal_of_htmx_as_a_toast(signed_in, site, tom):
    page = signed_in(tom)
    page.goto(f"{site}/projects/SHOP/")

    page.evaluate("htmx.ajax('POST', '/projects/SHOP/settings/archive/', {swap: 'none'})")

    expect(page.get_by_role("alert")).to_contain_text("role admin")


def test_signs_out_from_the_menu(signed_in, site, tom):
    page = signed_in(tom)

    page.get_by_role("button", name="Account of Tom").click()
    page.get_by_role("button", name="Sign out").click()

    page.wait_for_url("**/accounts/login/**")
