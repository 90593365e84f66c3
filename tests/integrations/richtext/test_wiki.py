import pytest
from hypothesis import given

from integrations.richtext import markdown, wiki
from tests.contracts import sample
from tests.integrations.richtext.corpus import DOCUMENTS, inventory
from tests.integrations.richtext.laws import holds_still
from tests.integrations.richtext.soup import soup, steady, sweep


@pytest.mark.parametrize("name", DOCUMENTS)
def test_nothing_is_lost_on_the_way_and_back(name):
    md = DOCUMENTS[name]

    returned = wiki.to_markdown(wiki.from_markdown(md))

    assert inventory(returned) == inventory(md)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_the_second_trip_changes_nothing(name):
    assert holds_still(wiki, DOCUMENTS[name])


@given(soup)
@steady
def test_the_second_trip_of_any_text_changes_nothing(md):
    assert holds_still(wiki, md)


@pytest.mark.full
@given(soup)
@sweep
def test_the_second_trip_of_very_many_texts_changes_nothing(md):
    assert holds_still(wiki, md)


@pytest.mark.parametrize(
    ("md", "native"),
    [
        ("", ""),
        ("# A **b**", "h1. A *b*"),
        ("**a** *b* ~~c~~ `d`", "*a* _b_ -c- {{d}}"),
        ("x**a**y `c`d", "x{*}a{*}y {{{}c{}}}d"),
        ("[a](https://e.example) <https://e.example>", "[a|https://e.example] [https://e.example]"),
        ('[a|b](https://e.example "T")', "[a&#124;b|https://e.example|T]"),
        ("![alt](https://e.example/a.png)", "!https://e.example/a.png|alt=alt!"),
        ("- a\n  1. b\n- c", "* a\n*# b\n* c"),
        ("- [ ] a\n- [x] b", "* ☐ a\n* ☑ b"),
        ("- a\n\n  ```\n  c\n  ```\n- b", "* a\n{noformat}\nc\n{noformat}\n* b"),
        ("```python\nx\n```", "{code:python}\nx\n{code}"),
        ("```ts\nx\n```", "{code:title=ts}\nx\n{code}"),
        ("> a\n>\n> b", "{quote}\na\n\nb\n{quote}"),
        ("> [!TIP]\n> a", "{panel:title=Tip|bgColor=#e3fcef}\na\n{panel}"),
        ("| a | b |\n|---|---|\n| 1 | |", "||a||b||\n|1| |"),
        ("a\\\nb", "a\nb"),
        ("---", "----"),
    ],
)
def test_markdown_becomes_markup(md, native):
    assert wiki.from_markdown(md) == native
    assert wiki.to_markdown(native) == markdown.canonical(md)


@pytest.mark.parametrize(
    ("native", "md"),
    [
        ("+ins+ x{^}2{^} H{~}2{~}O ??cite??", "ins x2 H2O *cite*"),
        ("{color:red}red *bold*{color} {anchor:x}here", "red **bold** here"),
        ("[~tom] and [~accountid:5b10]", "@tom and @5b10"),
        ("!shot.png|thumbnail! [^log.txt]", "📎 shot.png 📎 log.txt"),
        ("[text] [#part] [a|#part]", "\\[text] \\[#part] a"),
        ("bq. said", "> said"),
        (
            "{info}a{info}\n{warning:title=Hot}b{warning}",
            "> [!NOTE]\n> a\n\n> [!CAUTION]\n> **Hot**\n>\n> b",
        ),
        ("{code:title=A.java|borderStyle=solid}\nx\n{code}", "```\nx\n```"),
        ("{code:language=sql}x{code} after", "```sql\nx\n```\n\nafter"),
        ("before {code}\nx\n{code}", "before\n\n```\nx\n```"),
        ("* a\nstill a\n** b\n# c", "- a\\\n  still a\n  - b\n\n1. c"),
        ("- a\n-- dash", "- a\\\n  -- dash"),
        ("*** deep", "- * - deep"),
        (
            "|a|b|\n|c\nd|[x|https://e.example]|",
            "|  |  |\n| --- | --- |\n| a | b |\n| c d | [x](https://e.example) |",
        ),
        ("||h|a|", "|  |  |\n| --- | --- |\n| h | a |"),
        ("C:\\temp \\{x} a\\\\b \\\\host\\share", "C:\\temp {x} a\\\nb \\\\\\host\\share"),
        ("{code} open", "{code} open"),
        ("{quote}a{code}{quote}{code}b{quote}", "> a\n>\n> ```\n> {quote}\n> ```\n>\n> b"),
        ("a *b\nc* d", "a \\*b\\\nc\\* d"),
        ("h2. A\r\ntext\r\n\r\n* x\r\n", "## A\n\ntext\n\n- x"),
        ("[x|javascript:alert(1)] !javascript:x!", "x !javascript:x!"),
        ("[Card|https://e.example|smart-link]", "[Card](https://e.example)"),
    ],
)
def test_what_people_write_in_jira_is_read(native, md):
    assert wiki.to_markdown(native) == md


@pytest.mark.parametrize(
    "md",
    [
        "{code} {quote} {panel:title=x} {color:red} {anchor:a}",
        "[a|http://evil.example] [^f] [~tom] !http://evil.example/x.png!",
        "h1. a\n\nbq. b\n\n\\# c\n\n\\* d\n\n\\- e\n\n|| f ||\n\n\\----",
        "\\*a\\* \\_b\\_ -c- +d+ ^e^ \\~f\\~ ??g?? {{h}} (x) (i) :) {*}",
        "&amp;#123;code&amp;#125; \\\\\\\\ a\\\\b",
    ],
)
def test_markup_in_text_stays_text(md):
    native = wiki.from_markdown(md)

    assert wiki.to_markdown(native) == markdown.canonical(md)


def test_macros_in_text_are_escaped():
    native = wiki.from_markdown("{code} [a] !b! | c # h1. d")

    assert native == "\\{code} \\[a] \\!b! | c # h1. d"


@pytest.mark.parametrize("text", ["*" * 200 + " deep", "{quote}{panel}" * 200 + " deep"])
def test_what_nests_200_deep_keeps_its_words(text):
    assert "deep" in wiki.to_markdown(text)


def test_captured_comments_read_as_they_are():
    comments = sample("responses/jira-server/comments.json")["response"]["body"]["comments"]

    assert [wiki.to_markdown(comment["body"]) for comment in comments] == [
        "Some Text comment",
        "Second Comment",
    ]
