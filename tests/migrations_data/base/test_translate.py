import pytest

from migrations_data.base.drafts import StepDraft
from migrations_data.base.mapping import FieldRule, MappingDocument, Settings, ValueRule
from migrations_data.base.problems import Code
from migrations_data.base.records import (
    AttachmentRef,
    CaseRecord,
    Option,
    SectionRecord,
    StepRecord,
    SuiteRecord,
)
from migrations_data.base.translate import Translator

RULES = {
    "template": FieldRule(to="template"),
    "type": FieldRule(to="type"),
    "estimate": FieldRule(to="estimate"),
    "references": FieldRule(to="references"),
    "assignedto": FieldRule(to="assignee"),
    "labels": FieldRule(to="tags"),
    "custom_steps": FieldRule(to="description", name="Steps"),
    "custom_mission": FieldRule(to="description", name="Mission"),
    "custom_separated": FieldRule(to="steps"),
    "custom_more": FieldRule(to="steps"),
    "custom_risk": FieldRule("custom", "risk", "Risk", "choice"),
    "custom_points": FieldRule("custom", "points", "Points", "number"),
    "custom_old": FieldRule(to="ignore"),
}
VALUES = {
    "type": {"UAT": ValueRule("acceptance")},
    "template": {"Test Case (Text)": ValueRule("text"), "own": ValueRule("by-content")},
}


def translate(title="A case", *, attachments=(), settings=None, **fields):
    mapping = MappingDocument("testrail", RULES, VALUES, settings or Settings())
    record = CaseRecord("C1", "s", title, fields, attachments, position=3, line=9)
    draft, problems = Translator(mapping).translate(record)
    return draft, [problem.code for problem in problems]


def test_puts_each_field_where_its_rule_says():
    draft, codes = translate(
        type="UAT",
        template="Test Case (Text)",
        references="PROJ-1",
        assignedto="Ana",
        labels="a, b",
        custom_steps="Do it",
        custom_risk=Option("1", "High"),
    )

    assert (draft.type, draft.template, draft.references) == ("acceptance", "text", "PROJ-1")
    assert (draft.assignee, draft.tags, draft.description) == ("Ana", ("a", "b"), "Do it")
    assert draft.custom == {"risk": "High"}
    assert (draft.position, draft.line) == (3, 9)
    assert codes == []


def test_counts_estimates_in_the_working_days_of_the_settings():
    draft, _ = translate(estimate="1d", settings=Settings(hours_a_day=7))

    assert draft.estimate_seconds == 7 * 3600


@pytest.mark.parametrize(
    ("fields", "template"),
    [
        ({"template": "own", "custom_separated": (StepRecord("a"),)}, "steps"),
        ({"template": "own"}, "text"),
        ({"custom_separated": (StepRecord("a"),)}, "steps"),
    ],
)
def test_takes_the_template_that_fits_where_none_is_known(fields, template):
    draft, _ = translate(**fields)

    assert draft.template == template


def test_keeps_both_texts_that_want_the_same_place():
    draft, codes = translate(custom_steps="Do it", custom_mission="Explore")

    assert draft.description == "Do it\n\n**Mission**\n\nExplore"
    assert codes == [Code.FIELD_TAKEN]


def test_keeps_the_steps_of_both_fields():
    draft, codes = translate(custom_separated=(StepRecord("a"),), custom_more=(StepRecord("b"),))

    assert draft.steps == (StepDraft("a"), StepDraft("b"))
    assert codes == [Code.FIELD_TAKEN]


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"type": "Odd"}, Code.UNMAPPED_VALUE),
        ({"new": "x"}, Code.UNMAPPED_FIELD),
        ({"custom_old": "x"}, Code.FIELD_IGNORED),
        ({"custom_points": "many"}, Code.BAD_VALUE),
        ({"estimate": "soon"}, Code.BAD_TIMESPAN),
        ({"references": "x" * 2_001}, Code.VALUE_CUT),
        ({"title": "x" * 501}, Code.VALUE_CUT),
        ({"title": " "}, Code.TITLE_MISSING),
        ({"attachments": (AttachmentRef("7", "custom_steps"),)}, Code.ATTACHMENT_MISSING),
        ({"custom_separated": (StepRecord("a", shared_step_id="4"),)}, Code.SHARED_STEP_COPIED),
    ],
)
def test_says_what_does_not_arrive_as_it_was(fields, code):
    _, codes = translate(**fields)

    assert codes == [code]


def test_names_a_case_without_title_after_its_id():
    draft, _ = translate(title="")

    assert draft.title == "C1"


def test_hangs_root_sections_under_the_suite_on_request():
    mapping = MappingDocument("testrail", settings=Settings(is_suite_a_section=True))
    translator = Translator(mapping)

    suite, _ = translator.translate(SuiteRecord("S1", "Master"))
    section, _ = translator.translate(SectionRecord("a", "", "A", "A"))

    assert (suite.name, section.parent_id) == ("Master", suite.origin_id)


def test_leaves_the_suite_out_otherwise():
    assert Translator(MappingDocument("testrail")).translate(SuiteRecord("S1", "Master")) is None


def test_cuts_a_section_name_that_is_too_long():
    record = SectionRecord("a", "", "x" * 300, "x")

    draft, problems = Translator(MappingDocument("testrail")).translate(record)

    assert len(draft.name) == 255
    assert [problem.code for problem in problems] == [Code.VALUE_CUT]


class TestDigest:
    def test_is_the_same_wherever_a_case_stands(self):
        mapping = MappingDocument("testrail")
        one = CaseRecord("C1", "a", "T", position=1, line=2)
        other = CaseRecord("C2", "b", "T", position=5, line=8)

        drafts = [Translator(mapping).translate(record)[0] for record in (one, other)]

        assert drafts[0].digest == drafts[1].digest
        assert drafts[0].place != drafts[1].place

    def test_differs_with_any_text(self):
        with_step, _ = translate(custom_separated=(StepRecord("a", "b"),))
        without, _ = translate(custom_separated=(StepRecord("a"),))

        assert with_step.digest != without.digest
