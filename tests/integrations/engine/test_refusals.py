"""Refusals are told by field, in the tracker's words but without our text."""

from integrations.base.errors import DeniedError, InvalidError, TooLargeError
from integrations.base.items import Rich
from integrations.engine.refusals import refused_fields, scrubbed_all
from integrations.engine.rules import FieldRule, Missing, ValueMap

TITLE = FieldRule("title", "title", "summary")
STATUS = FieldRule(
    "status", "status", "state", values=ValueMap((), {"a": Missing(), "b": Missing()})
)
ASKED = {"summary": "Patient 4711 cannot sign in", "state": "Closed"}


def test_messages_are_sorted_to_our_fields():
    error = InvalidError("No.", fields={"state": "Closed is not allowed.", "other": "?"})

    assert refused_fields(error, "b", ASKED, [TITLE, STATUS]) == {
        "status": "Closed is not allowed."
    }


def test_free_text_is_hidden():
    error = InvalidError("No.", fields={"summary": "“Patient 4711 cannot sign in” is too long."})

    assert refused_fields(error, "b", ASKED, [TITLE]) == {"title": "“…” is too long."}


def test_rich_text_is_hidden_in_messages_without_a_field():
    message = scrubbed_all("Bad: secret words", {"summary": Rich("secret words")}, [TITLE])

    assert message == "Bad: …"


def test_what_is_too_large_names_its_field():
    error = TooLargeError("Longer than 255.", field="summary", limit=255)

    assert refused_fields(error, "b", ASKED, [TITLE]) == {"title": "Longer than 255."}


def test_other_refusals_name_none():
    assert refused_fields(DeniedError("No."), "b", ASKED, [TITLE]) == {}
