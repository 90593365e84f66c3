"""The repository and the editor by keys alone, in a real browser."""

import pytest
from playwright.sync_api import expect

from testmgmt.cases import services
from testmgmt.cases.domain import NewCase, Step
from testmgmt.cases.models import Case
from tests.factories.cases import SectionFactory

pytestmark = pytest.mark.browser

PASTE = """(field, text) => {
  const data = new DataTransfer();
  data.setData("text/plain", text);
  const options = { clipboardData: data, bubbles: true, cancelable: true };
  field.dispatchEvent(new ClipboardEvent("paste", options));
}"""


@pytest.fixture
def section(shop, tom):
    section = SectionFactory(project=shop, name="Login")
    steps = [Step("Open", "", "Shown"), Step("Close")]
    batch = [
        NewCase(title=title, section_id=section.pk, steps=steps)
        for title in ("First", "Second", "Third")
    ]
    services.create_cases(user=tom, project_id=shop.pk, cases=batch)
    return section


@pytest.fixture
def page(signed_in, tom):
    page = signed_in(tom)
    page.set_viewport_size({"width": 1440, "height": 900})
    return page


@pytest.fixture
def table(page, site, section):
    page.goto(f"{site}/projects/SHOP/cases/")
    expect(page.locator("#selection")).to_be_hidden()  # the script is awake
    return page


@pytest.fixture
def editor(page, site, section):
    page.goto(f"{site}/cases/{section.cases.get(title='First').pk}/edit/")
    expect(page.get_by_label("Data of step 1")).to_be_hidden()  # the script is awake
    return page


def actions(page):
    return [field.input_value() for field in page.locator("[name=step_action]").all()]


def test_walks_ticks_and_opens(table, section):
    second = section.cases.get(title="Second")

    for key in ("j", "j", "x", "Enter"):
        table.keyboard.press(key)

    expect(table.locator("#detail h2").first).to_have_text("Second")
    expect(table.locator("[data-count]")).to_have_text("1 ticked")
    assert table.url.endswith(f"?case={second.pk}")


def test_adds_a_case_with_its_title_and_enter(table, section):
    table.get_by_role("link", name="Login").click()
    expect(table.locator("#cases h2")).to_have_text("Login")

    table.get_by_label("Add a case").fill("Fourth")
    table.keyboard.press("Enter")

    expect(table.get_by_role("link", name="Fourth")).to_be_visible()
    expect(table.locator("#tree [aria-current]")).to_contain_text("4")
    assert Case.objects.get(title="Fourth").section == section


def test_looks_at_pasted_lines_before_it_adds_them(table):
    table.get_by_label("Add a case").evaluate(PASTE, "one\ntwo")

    table.get_by_role("button", name="Add them").click()

    expect(table.get_by_role("link", name="two")).to_be_visible()
    assert Case.objects.filter(title__in=["one", "two"]).count() == 2


def test_searches_while_one_types(table):
    table.keyboard.press("/")
    table.keyboard.type("thi")

    expect(table.locator("tr[data-case]")).to_have_count(1)
    expect(table.get_by_label("Search in cases")).to_be_focused()
    assert "search=thi" in table.url


def test_moves_ticked_cases(table, section):
    table.get_by_label("Tick all 3 cases of this page").check()
    table.get_by_role("button", name="Move").click()
    table.get_by_label("To the section").select_option("")
    table.locator("#move").get_by_role("button", name="Move").click()

    expect(table.locator("tr.group")).to_contain_text("Unsorted")
    assert not section.cases.exists()


def test_goes_back_to_the_section_before(table):
    table.get_by_role("link", name="Login").click()
    expect(table.locator("#cases h2")).to_have_text("Login")

    table.go_back()

    expect(table.locator("#cases h2")).to_have_text("All cases")


def test_adds_moves_doubles_and_deletes_steps(editor):
    editor.get_by_label("Expected result of step 2").focus()
    editor.keyboard.press("Enter")
    editor.keyboard.type("New")
    editor.keyboard.press("Alt+ArrowUp")
    editor.keyboard.press("Control+d")
    assert actions(editor) == ["Open", "New", "New", "Close"]

    editor.keyboard.press("Control+Shift+Backspace")
    assert actions(editor) == ["Open", "New", "Close"]


def test_saves_steps_under_their_old_ids(editor, section):
    case = section.cases.get(title="First")
    opened, closed = (step["id"] for step in case.current.steps)

    editor.get_by_label("Action of step 2").focus()
    editor.keyboard.press("Alt+ArrowUp")
    editor.keyboard.press("Control+Enter")
    editor.wait_for_url(f"**/cases/{case.pk}/")

    case.refresh_from_db()
    assert [step["id"] for step in case.current.steps] == [closed, opened]


def test_makes_steps_of_a_pasted_list(editor):
    field = editor.get_by_label("Action of step 2")
    field.focus()

    field.evaluate(PASTE, "1. Wait -> Nothing\n2. Leave")

    expect(editor.get_by_label("Action of step 4")).to_have_value("Leave")
    expect(editor.get_by_label("Expected result of step 3")).to_have_value("Nothing")
    assert actions(editor) == ["Open", "Close", "Wait", "Leave"]


def test_follows_a_row_to_its_page_where_there_is_no_room(table, section):
    table.set_viewport_size({"width": 390, "height": 844})

    table.get_by_role("link", name="Second").click()

    table.wait_for_url(f"**/cases/{section.cases.get(title='Second').pk}/")
    assert table.evaluate("document.documentElement.scrollWidth") <= 390
