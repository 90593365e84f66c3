import pytest

from integrations.richtext import links


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "java\nscript:alert(1)",
        "\x01javascript:alert(1)",
        "data:text/html,x",
        "vbscript:x",
        "file:///etc/passwd",
        "//evil.example",
        "/local",
        "#part",
        "http://",
        "https:///x",
        "",
    ],
)
def test_what_is_neither_web_nor_mail_is_refused(url):
    assert links.safe(url) is None


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("https://e.example/a?b=1&c#d", "https://e.example/a?b=1&c#d"),
        ("HTTP://e.example", "HTTP://e.example"),
        ("mailto:ada@e.example", "mailto:ada@e.example"),
        ("https://e.example/ä|b", "https://e.example/%C3%A4%7Cb"),
        ("https://e.example/%7C", "https://e.example/%7C"),
        (" https://e.example/a b\n", "https://e.example/ab"),
    ],
)
def test_a_safe_address_is_percent_encoded_once(url, address):
    assert links.safe(url) == address
    assert links.safe(address) == address


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("see https://e.example/x.", ["https://e.example/x"]),
        ("(https://e.example/a_(b))", ["https://e.example/a_(b)"]),
        ("https://a.example, HTTPS://b.example!", ["https://a.example", "HTTPS://b.example"]),
        ("xhttps://e.example and http:// and ftp://e.example", []),
        ("http://a.example)http://b.example", ["http://a.example", "http://b.example"]),
    ],
)
def test_bare_addresses_end_before_the_punctuation(text, found):
    spans = links.bare(text)

    assert [text[start:end] for start, end in spans] == found
