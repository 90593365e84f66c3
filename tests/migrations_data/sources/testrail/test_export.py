import hashlib
import json
import subprocess
import sys

import pytest

from migrations_data.base.inventory import take
from migrations_data.base.records import CaseRecord, Option, SectionRecord, StepRecord, SuiteRecord
from migrations_data.base.source import SourceError
from migrations_data.sources.testrail import export
from tests.migrations_data.conftest import ROOT, case_xml

SAMPLES = [
    "suite_klaros-parabank.xml",
    "suite_klaros-shopping-cart.xml",
    "suite_shishqa-hardload.xml",
    "suite_swaglabs.xml",
    "suite_testit-sample-project.xml",
    "suite_xray-comic-estore.xml",
]


def cases_of(path):
    return [record for record in export.read(path) if isinstance(record, CaseRecord)]


def sections_of(path):
    return [record for record in export.read(path) if isinstance(record, SectionRecord)]


def steps_of(case):
    return [
        step
        for value in case.fields.values()
        if isinstance(value, tuple)
        for step in value
        if isinstance(step, StepRecord)
    ]


def digest(texts):
    return hashlib.sha256("".join(f"{text}\0" for text in texts).encode()).hexdigest()[:16]


def fold(numbers, text):
    """The manifest's digest of a case's text, added up without regard to order."""
    return (numbers + int(hashlib.sha256(text.encode()).hexdigest(), 16)) % (1 << 256)


@pytest.mark.parametrize("name", SAMPLES)
class TestCapturedFiles:
    def test_sections_cases_and_steps_equal_the_known_counts(self, shared, counts, name):
        inventory = take(export.read(shared / "samples" / name))

        expected = counts[name]
        assert inventory.counts["section"] == expected["sections"]
        assert inventory.counts["case"] == expected["items"]
        assert inventory.counts["step"] == expected["steps"]
        assert inventory.counts["attachment"] == expected["attachment_refs"]

    def test_texts_equal_the_known_digests(self, shared, counts, name):
        cases = cases_of(shared / "samples" / name)

        steps = [step for case in cases for step in steps_of(case)]
        texts = [text for step in steps for text in (step.content, step.expected)]
        assert digest(sorted(case.origin_id for case in cases)) == counts[name]["ids_digest"]
        assert digest(case.title for case in cases) == counts[name]["titles_digest"]
        assert digest(texts) == counts[name]["steps_digest"]

    def test_fields_are_filled_as_often_as_known(self, shared, counts, name):
        inventory = take(export.read(shared / "samples" / name))

        uses = {use.name: use.uses for use in inventory.fields.values()}
        customs = {key: value for key, value in uses.items() if key.startswith("custom_")}
        assert customs == {f"custom_{key}": n for key, n in counts[name]["custom_fields"].items()}
        for field in ("type", "priority", "template"):
            assert inventory.fields[field].values == counts[name][field]
        estimates = {key: n for key, n in counts[name]["estimate"].items() if key}
        assert uses.get("estimate", 0) == sum(estimates.values())

    def test_the_tree_is_as_deep_as_known(self, shared, counts, name):
        parents = {"": 0}

        for section in sections_of(shared / "samples" / name):
            parents[section.origin_id] = parents[section.parent_id] + 1

        assert max(parents.values()) == counts[name]["max_depth"]


def text_digest(cases):
    total = 0
    for case in cases:
        names = ("preconds", "steps", "expected", "mission", "goals")
        texts = [case.fields.get(f"custom_{name}", "") for name in names]
        steps = [[step.content, step.expected] for step in steps_of(case)]
        row = [int(case.origin_id[1:]), case.title, *texts, steps]
        total = fold(total, json.dumps(row, ensure_ascii=False, separators=(",", ":")))
    return f"{total:064x}"


@pytest.mark.parametrize("seed", ["1", "7"])
def test_generated_text_arrives_unchanged(generate, seed):
    path, manifest = generate(cases=300, sections=40, depth=9, seed=seed)

    cases = cases_of(path)

    assert len(cases) == manifest["cases"]
    assert len(sections_of(path)) == manifest["sections"]
    assert sum(len(steps_of(case)) for case in cases) == manifest["separated_steps"]
    assert text_digest(cases) == manifest["case_text_digest"]


MEMORY = """
import resource, sys
from pathlib import Path
from migrations_data.base.inventory import take
from migrations_data.sources.testrail import export
print(take(export.read(Path(sys.argv[1]))).counts["case"])
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def read_in_child(path):
    command = [sys.executable, "-c", MEMORY, path]
    answer = subprocess.run(command, check=True, cwd=ROOT, capture_output=True, text=True)
    return [int(line) for line in answer.stdout.split()]


@pytest.mark.full
def test_memory_stays_flat_at_a_hundred_thousand_cases(generate):
    small, _ = generate(cases=1_000, sections=2_000, depth=6)
    large, _ = generate(cases=100_000, sections=2_000, depth=6)

    _, little = read_in_child(small)
    number, peak = read_in_child(large)

    assert number == 100_000
    assert peak < little + 8 * 1024  # KiB


class TestCase:
    def test_takes_an_option_without_the_blank_in_front(self, suite):
        path = suite(case_xml(1, custom="<risk><id>2</id><value> High</value></risk>"))

        (case,) = cases_of(path)

        assert case.fields == {"custom_risk": Option("2", "High")}

    def test_takes_several_options(self, suite):
        items = "<item><id>1</id><value> iOS</value></item><item><id>4</id></item>"
        path = suite(case_xml(1, custom=f"<os>{items}</os>"))

        (case,) = cases_of(path)

        assert case.fields["custom_os"] == (Option("1", "iOS"), Option("4", "4"))

    def test_keeps_text_steps_beside_separated_ones(self, suite):
        step = "<step><index>1</index><content>Open</content></step>"
        custom = f"<steps>As text</steps><steps_case>{step}</steps_case>"
        path = suite(case_xml(1, custom=custom))

        (case,) = cases_of(path)

        assert case.fields["custom_steps"] == "As text"
        assert case.fields["custom_steps_case"] == (StepRecord(content="Open"),)

    def test_takes_all_that_a_step_may_carry(self, suite):
        step = (
            "<step><index>1</index><content>a</content><expected>b</expected>"
            "<additional_info>c</additional_info><refs>d</refs>"
            "<shared_step_id>12</shared_step_id></step>"
        )
        path = suite(case_xml(1, custom=f"<steps_separated>{step}</steps_separated>"))

        (case,) = cases_of(path)

        assert case.fields["custom_steps_separated"] == (StepRecord("a", "b", "c", "d", "12"),)

    def test_leaves_text_as_it_came_but_for_line_ends(self, suite):
        path = suite(case_xml(1, custom="<preconds>  a\r\n\tb&#13;\nc  </preconds>"))

        (case,) = cases_of(path)

        assert case.fields["custom_preconds"] == "  a\n\tb\nc  "

    def test_reads_markup_in_character_data_as_text(self, suite):
        path = suite(case_xml(1, title="<![CDATA[<b>]]> &amp; <!-- no --><?p i?>more"))

        (case,) = cases_of(path)

        assert case.title == "<b> & more"

    def test_leaves_out_empty_fields(self, suite):
        path = suite(case_xml(1, type=" \n ", references="", custom="<preconds></preconds>"))

        (case,) = cases_of(path)

        assert case.fields == {}

    def test_knows_its_line_and_position(self, suite):
        path = suite(case_xml(1), "", case_xml(2))

        first, second = cases_of(path)

        assert (first.line, first.position) == (6, 0)
        assert (second.line, second.position) == (8, 1)

    @pytest.mark.parametrize("number", ["123", "3b93e38b-5609-49c6-a987-8f2f6968121e"])
    def test_names_the_files_that_its_texts_refer_to(self, suite, number):
        text = f"![](index.php?/attachments/get/{number})"
        path = suite(case_xml(1, custom=f"<preconds>{text}</preconds>"))

        (case,) = cases_of(path)

        assert [(ref.id, ref.field) for ref in case.attachments] == [(number, "custom_preconds")]


class TestSection:
    def test_of_the_same_name_as_its_sibling_is_another_one(self, suite):
        twin = "<section><name>A</name></section>"
        path = suite(sections=twin + twin)

        first, second = sections_of(path)

        assert first.origin_id != second.origin_id
        assert (first.name, second.name) == ("A", "A")

    def test_keeps_its_id_where_the_file_grows_elsewhere(self, suite):
        section = "<section><name>B</name></section>"
        before = sections_of(suite(sections=section))

        after = sections_of(suite(sections=f"<section><name>A</name></section>{section}"))

        assert before[0].origin_id == after[1].origin_id

    def test_may_have_no_name(self, suite):
        path = suite(sections="<section><name></name></section><section></section>")

        assert [section.name for section in sections_of(path)] == ["", ""]

    def test_comes_before_its_cases_and_they_before_its_sections(self, suite):
        inner = f"<section><name>B</name><cases>{case_xml(2)}</cases></section>"
        outer = f"<name>A</name><cases>{case_xml(1)}</cases><sections>{inner}</sections>"
        path = suite(sections=f"<section>{outer}</section>")

        kinds = [(type(record), getattr(record, "name", "")) for record in export.read(path)]

        assert kinds == [
            (SuiteRecord, "Shop"),
            (SectionRecord, "A"),
            (CaseRecord, ""),
            (SectionRecord, "B"),
            (CaseRecord, ""),
        ]

    def test_may_be_nested_far_deeper_than_the_stack_of_calls(self, suite):
        depth = 900
        opened, closed = "<section><name>x</name><sections>", "</sections></section>"
        path = suite(sections=opened * depth + closed * depth)

        assert len(sections_of(path)) == depth


class TestImportFile:
    CASE = "<case><title>Pay</title></case>"
    FILE = f"<sections><section><name>A</name><cases>{CASE}{CASE}</cases></section></sections>"

    def test_tells_cases_apart_by_place_and_title(self, suite):
        path = suite(raw=self.FILE)

        first, second = cases_of(path)

        assert first.origin_id
        assert first.origin_id != second.origin_id

    def test_gives_the_same_ids_each_time(self, suite):
        path = suite(raw=self.FILE)

        assert cases_of(path) == cases_of(path)


XML = '<?xml version="1.0" encoding="{}"?>\n'
WHOLE = f"<suite><id>S1</id><name>M</name><sections><section><name>A</name>\n<cases>{case_xml(1)}"
END = "</cases></section></sections></suite>"

HOSTILE = {
    "an entity bomb": ('<!DOCTYPE suite [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]>' + WHOLE + END, 2),
    "an external entity": ('<!DOCTYPE suite SYSTEM "file:///etc/passwd">' + WHOLE + END, 2),
    "an undeclared entity": (WHOLE.replace("A case", "&xxe;") + END, 3),
    "a file that breaks off": (WHOLE, 3),
    "a tag that is not closed": (WHOLE + "</section>" + END, 3),
    "a forbidden character": (WHOLE.replace("A case", "\0") + END, 3),
    "nesting without end": ("<suite><id>S1</id>" + "<sections><section>\n" * 1_500, 1_001),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_refuses_and_names_the_line_of(suite, name):
    body, line = HOSTILE[name]
    path = suite(raw=XML.format("UTF-8") + body)

    with pytest.raises(SourceError) as refusal:
        list(export.read(path))

    assert refusal.value.line == line
    assert str(refusal.value).startswith(f"Line {line}: ")


def test_refuses_bytes_that_are_not_of_the_encoding(suite):
    path = suite(raw=(XML.format("UTF-8") + WHOLE + END).encode().replace(b"A case", b"\xff\xfe"))

    with pytest.raises(SourceError, match=r"Line 3: .*invalid token"):
        list(export.read(path))


def test_refuses_an_encoding_that_nobody_knows(suite):
    path = suite(raw=XML.format("KLINGON") + WHOLE + END)

    with pytest.raises(SourceError, match="encoding"):
        list(export.read(path))


@pytest.mark.parametrize("encoding", ["ISO-8859-1", "UTF-16", "windows-1252"])
def test_reads_what_other_encodings_hold(suite, encoding):
    text = XML.format(encoding) + WHOLE.replace("A case", "Größe") + END
    path = suite(raw=text.encode(encoding))

    assert cases_of(path)[0].title == "Größe"


def test_gives_what_comes_before_the_damage(suite):
    many = "\n".join(case_xml(number, title="x" * 1_000) for number in range(200))
    path = suite(raw=XML.format("UTF-8") + WHOLE + many + "</oops>")
    records = export.read(path)

    found = [next(records) for _ in range(60)]

    assert isinstance(found[-1], CaseRecord)
    with pytest.raises(SourceError):
        list(records)
