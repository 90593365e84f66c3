"""Steps as a list and back, over the trackers' formats too."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations.base.errors import InvalidError
from integrations.connectors.platform.casetext import (
    document_md,
    document_of,
    steps_md,
    steps_of,
)
from integrations.richtext import adf, gfm, html, wiki
from testmgmt.cases.domain import Step

OPEN = Step("Open the *page*", "", "It shows:\n\n- a\n- b", "1" * 12)
ONLY_DATA = Step("", "ada", "", "2" * 12)
CODE = Step("Run\n\n```\nx\n```", "one\ntwo", "done", "3" * 12)
STEPS = [OPEN, ONLY_DATA, CODE, Step("Press **Expected:** now", "", "", "4" * 12)]
TEXTS = {"description": "* Why\n* not", "preconditions": "An account.", "expected": "It works."}


def through_adf(md):
    return adf.to_markdown(adf.from_markdown(md))


def through_wiki(md):
    return wiki.to_markdown(wiki.from_markdown(md))


def through_html(md):
    return html.to_markdown(html.from_markdown(md))


def through_github(md):
    return gfm.to_markdown(gfm.from_markdown(md))


FORMATS = [through_adf, through_wiki, through_html, through_github]


def test_writes_each_part_on_a_line_of_its_own():
    steps = [Step("Press “Sign in”", "ada", "A message"), Step("Wait")]

    assert steps_md(steps) == (
        "1. Press “Sign in”\\\n   **Data:** ada\\\n   **Expected:** A message\n2. Wait"
    )


def test_reads_what_it_wrote_letter_by_letter():
    assert steps_of(steps_md(STEPS), STEPS, "steps") == STEPS


@pytest.mark.parametrize("through", [through_adf, through_html, through_github])
def test_steps_survive_the_way_over_a_tracker(through):
    assert steps_of(through(steps_md(STEPS)), STEPS, "steps") == STEPS


def test_plain_steps_survive_wiki_markup():
    steps = [Step("Open *it*", "", "It shows", "1" * 12), Step("Wait", "", "", "2" * 12)]

    assert steps_of(through_wiki(steps_md(steps)), steps, "steps") == steps


@pytest.mark.parametrize("through", [through_adf, through_html, through_github])
def test_all_text_survives_the_way_over_a_tracker(through):
    md = through(document_md(TEXTS, STEPS))

    assert document_of(md, TEXTS, STEPS, "text") == (TEXTS, STEPS)


def test_one_changed_part_leaves_the_rest_as_it_was_written():
    md = steps_md(STEPS).replace("done", "over")

    assert steps_of(md, STEPS, "steps") == [
        *STEPS[:2],
        Step(CODE.action, CODE.data, "over", CODE.id),
        STEPS[3],
    ]


def test_a_step_that_comes_in_between_gets_no_other_steps_id():
    md = "1. New\n" + steps_md([ONLY_DATA]).replace("1.", "2.")

    assert steps_of(md, [ONLY_DATA], "steps") == [Step("New"), ONLY_DATA]


def test_reads_bullets_and_other_words_for_the_parts():
    md = "- Open it\n\n  **Expected result**: It shows\n- Wait"

    assert steps_of(md, [], "steps") == [Step("Open it", "", "It shows"), Step("Wait")]


@pytest.mark.parametrize("md", ["Open it.", "# Steps\n\n1. Open it", "| a |\n| --- |\n| b |"])
def test_refuses_what_is_no_list(md):
    with pytest.raises(InvalidError) as refusal:
        steps_of(md, [], "steps")

    assert "steps" in refusal.value.fields


def test_no_steps_are_no_list():
    assert steps_md([]) == ""
    assert steps_of("", STEPS, "steps") == []


def test_leaves_out_what_is_empty():
    nothing = dict.fromkeys(TEXTS, "")

    assert document_md({**nothing, "description": "Why."}, []) == "Why."
    assert document_of("Why.", nothing, [], "text") == ({**nothing, "description": "Why."}, [])


WORDS = st.text(st.sampled_from("ab *_`[]:.-#>|\\\n1"), max_size=12)


@given(st.lists(st.builds(Step, WORDS, WORDS, WORDS), max_size=4))
def test_whatever_steps_say_they_come_back(steps):
    said = [step for step in steps if not step.is_empty]

    back = steps_of(steps_md(said), said, "steps")

    assert steps_md(back) == steps_md(said)
    assert [step.words for step in back] == [step.words for step in said]
