import pytest
from playwright.sync_api import expect

from testmgmt.core.permissions import Role
from tests.factories.accounts import UserFactory
from tests.factories.projects import MembershipFactory
from tests.factories.runs import ExecutionFactory, RunFactory, case_in

pytestmark = pytest.mark.browser


@pytest.fixture
def run(threads_database):
    run = RunFactory(name="Smoke")
    for number, title in enumerate(("First case", "Second case", "Third case")):
        case = case_in(run.project, title, steps=6)
        ExecutionFactory(run=run, case=case, position=number)
    return run


@pytest.fixture
def page(run, browser_of, site):
    user = UserFactory(username="tom")
    MembershipFactory(project=run.project, user=user, role=Role.TESTER)
    page = browser_of(user)
    page.goto(f"{site}/runs/{run.pk}/")
    expect(page.get_by_role("button", name="Pause the timer")).to_be_visible()  # it is awake
    return page


def newest(run, place):
    return run.executions.all()[place].results.first()


def outcomes(result):
    return [step.status.slug for step in result.steps.all()]


def test_one_key_passes_a_case_of_six_steps_and_opens_the_next(run, page):
    page.keyboard.press("p")

    expect(page.get_by_role("heading", name="Second case")).to_be_visible()
    assert outcomes(newest(run, 0)) == ["passed"] * 6
    expect(page.locator(".runlist a[aria-current]")).to_contain_text("Second case")
    expect(page.locator("#summary")).to_contain_text("33%")


def test_keys_judge_the_steps_one_by_one(run, page):
    for key in ("1", "1", "2", "4"):
        page.keyboard.press(key)
    expect(page.locator("[data-suggestion]")).to_have_text("The steps suggest Failed.")

    page.keyboard.press("Control+Enter")

    expect(page.get_by_role("heading", name="Second case")).to_be_visible()
    result = newest(run, 0)
    assert (result.status.slug, outcomes(result)) == (
        "failed",
        ["passed", "passed", "failed", "skipped"],
    )


def test_f_asks_why_before_it_saves(run, page):
    page.keyboard.press("f")
    page.keyboard.type("Blank page, pffff")
    assert newest(run, 0) is None

    page.keyboard.press("Control+Enter")

    expect(page.get_by_role("heading", name="Second case")).to_be_visible()
    result = newest(run, 0)
    assert (result.status.slug, result.comment) == ("failed", "Blank page, pffff")


def test_an_override_is_said_before_it_is_saved(run, page):
    page.keyboard.press("2")
    page.keyboard.press("b")

    expect(page.locator("[data-suggestion]")).to_have_text("Overridden: the steps suggest Failed.")


def test_c_comments_on_the_step_that_has_the_focus(run, page):
    page.keyboard.press("ArrowDown")
    page.keyboard.press("c")
    page.keyboard.type("It hangs")
    page.keyboard.press("Escape")
    page.keyboard.press("2")
    page.keyboard.press("Control+Enter")

    expect(page.get_by_role("heading", name="Second case")).to_be_visible()
    step = newest(run, 0).steps.get()
    assert (step.step_id, step.actual) == ("s2", "It hangs")


def test_j_and_k_go_through_the_list_without_saving(run, page):
    page.keyboard.press("j")
    expect(page.get_by_role("heading", name="Second case")).to_be_visible()

    page.keyboard.press("k")
    expect(page.get_by_role("heading", name="First case")).to_be_visible()
    assert newest(run, 0) is None


def test_a_pasted_screenshot_becomes_evidence(run, page):
    page.evaluate(
        """() => {
            const bag = new DataTransfer();
            bag.items.add(new File(["500"], "shot.png", { type: "image/png" }));
            document.dispatchEvent(new ClipboardEvent("paste", { clipboardData: bag }));
        }"""
    )
    expect(page.locator("[data-files]")).to_contain_text("shot.png")

    page.keyboard.press("f")
    page.keyboard.press("Control+Enter")

    expect(page.get_by_role("heading", name="Second case")).to_be_visible()
    page.keyboard.press("k")
    expect(page.get_by_role("link", name="shot.png")).to_be_visible()


def test_d_saves_and_begins_a_defect(run, page):
    page.keyboard.press("2")
    page.keyboard.press("d")

    expect(page.get_by_role("heading", name="New defect")).to_be_visible()
    expect(page.get_by_label("Title")).to_have_value("First case")


def test_letters_are_letters_where_shortcuts_are_off(run, page):
    page.evaluate("document.documentElement.dataset.shortcuts = 'off'")

    page.keyboard.press("p")
    page.keyboard.press("1")

    expect(page.locator(".step :checked")).to_have_count(0)
    assert newest(run, 0) is None


def test_says_when_the_run_is_done(run, page):
    for title in ("Second case", "Third case"):
        page.keyboard.press("p")
        expect(page.get_by_role("heading", name=title)).to_be_visible()
    page.keyboard.press("p")

    expect(page.get_by_text("Nothing is left for you in this run")).to_be_visible()
    expect(page.locator("#summary")).to_contain_text("100%")


@pytest.mark.parametrize("width", [1440, 390])
def test_a_message_covers_no_verdict(page, width):
    page.set_viewport_size({"width": width, "height": 844})
    if width == 390:
        page.locator(".runlist a").first.click()

    page.locator("#test .verdict", has_text="Skip").click()
    page.get_by_role("button", name="Save and next").click()

    message = page.locator(".toast").bounding_box()
    bar = page.locator(".verdict-bar").bounding_box()
    assert message["y"] + message["height"] < bar["y"]


def test_ticked_cases_become_a_run(run, page, site):
    page.goto(f"{site}/projects/{run.project.key}/cases/")
    for title in ("First case", "Third case"):
        page.get_by_role("row", name=title).get_by_role("checkbox").check()

    page.get_by_role("toolbar", name="Ticked cases").get_by_role("link", name="Run").press("Enter")
    page.get_by_label("Name").fill("Two of three")
    page.get_by_role("button", name="Start the run").click()

    expect(page.locator(".runlist li[id]")).to_have_count(2)
