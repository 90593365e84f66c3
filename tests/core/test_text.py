import pytest

from testmgmt.core.text import to_html


@pytest.mark.parametrize(
    ("markdown", "html"),
    [
        ("**a** _b_ ~~c~~ `d`", "<strong>a</strong> <em>b</em> <s>c</s> <code>d</code>"),
        ("- [x] done", 'checked="checked"'),
        ("| a |\n|---|\n| 1 |", "<td>1</td>"),
        ("one\ntwo", "one<br>"),
        ("```python\nx\n```", '<code class="language-python">'),
        ("www.example.com", 'href="http://www.example.com"'),
        ("![shot](/files/3/)", '<img src="/files/3/" alt="shot">'),
    ],
)
def test_speaks_the_dialect_of_github(markdown, html):
    assert html in to_html(markdown)


@pytest.mark.parametrize(
    "attack",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "<svg onload=alert(1)>",
        "[x](javascript:alert(1))",
        '<a href="JaVaScRiPt:alert(1)">x</a>',
        "[x](data:text/html;base64,PHNjcmlwdD4=)",
        "[x](vbscript:x)",
        '<p style="position:fixed">x</p>',
        "<iframe src=https://example.com></iframe>",
        '<form action="/x"><button>x</button></form>',
        "![x](https://tracker.example/pixel.png)",
        "![x](//tracker.example/pixel.png)",
        '<a href="ftp://x">x</a>',
    ],
)
def test_lets_nothing_run_and_nothing_load_from_elsewhere(attack):
    html = to_html(attack)

    attributes = ("onerror", "onload", 'href="', 'src="', "style=")
    assert not any(word in html for word in attributes)
    assert not any(tag in html for tag in ("<script", "<iframe", "<svg", "<form", "<button"))


def test_sends_no_referrer_along_a_link():
    assert 'rel="noopener noreferrer nofollow"' in to_html("[x](https://example.com)")


def test_keeps_links_to_the_web_and_to_mail():
    html = to_html("[a](http://a.example) [b](https://b.example) [c](mailto:c@example.com)")

    assert html.count("href=") == 3


def test_makes_no_field_of_an_input():
    assert 'type="checkbox"' in to_html('<input type="text" name="password">')
