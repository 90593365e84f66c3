import pytest

from integrations.base.errors import TooLargeError
from integrations.base.items import Rich
from integrations.connectors.github.body import MAX_RICH, Body

MARK = "<!-- tp-sync:m-1 -->"


def test_writes_the_marker_below_the_text():
    assert Body.write("It **breaks**.", "m-1").dump("body") == f"It **breaks**.\n\n{MARK}"


@pytest.mark.parametrize("body", [None, "", "  \r\n"])
def test_reads_an_empty_body_as_nothing(body):
    assert Body.read(body).rich is None


def test_writes_the_marker_of_an_empty_text():
    assert Body.write("", "m-1").dump("body") == MARK


@pytest.mark.parametrize(
    "raw",
    [
        f"It breaks.\n\n{MARK}",
        f"It breaks.\r\n\r\n{MARK}\r\n",
        f"{MARK}\nIt breaks.",
    ],
)
def test_reads_text_and_marker_apart(raw):
    body = Body.read(raw)

    assert (body.rich, body.marker) == (Rich("It breaks."), "m-1")


def test_finds_the_marker_above_what_a_person_added():
    body = Body.read(f"It breaks.\n\n{MARK}\n\nEven on Mondays.")

    assert body.marker == "m-1"
    assert body.rich == Rich("It breaks.\n\nEven on Mondays.")
    assert body.dump("body").endswith(MARK)


def test_keeps_the_indent_of_code_at_the_beginning():
    assert Body.read(f"    code\n\n{MARK}").text == "    code"


def test_reads_a_huge_blank_body_at_once():
    assert Body.read(" " * 60_000 + MARK).marker == "m-1"


def test_never_shows_the_marker_in_the_text():
    assert "m-1" not in repr(Body.read(f"It breaks.\n\n{MARK}").rich)


def test_keeps_the_marker_over_a_change():
    changed = Body.read(f"It breaks.\n\n{MARK}").patched("It works.")

    assert changed.dump("body") == f"It works.\n\n{MARK}"


def test_leaves_out_a_marker_that_somebody_deleted():
    assert Body.read("It breaks.").patched("It works.").dump("body") == "It works."


def test_keeps_unchanged_blocks_as_they_were():
    raw = "<details><summary>Log</summary>x</details>\n\nIt   breaks.\n\nOld."

    assert Body.read(raw).patched(Body.read(raw).rich.md.replace("Old", "New")).dump("body") == (
        "<details><summary>Log</summary>x</details>\n\nIt   breaks.\n\nNew."
    )


def test_silences_the_names_of_strangers():
    written = Body.write("Ask @octocat.").dump("body")

    assert "@octocat" not in written
    assert Body.read(written).rich == Rich("Ask @octocat.")


def test_refuses_more_than_github_takes():
    with pytest.raises(TooLargeError) as refusal:
        Body.write("x" * MAX_RICH, "m-1").dump("body")

    assert refusal.value.field == "body"
    assert refusal.value.limit == MAX_RICH - len(f"\n\n{MARK}")
