import pytest

from integrations.connectors.github.finding import number_in, words_query


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("12", "12"),
        (" #12 ", "12"),
        ("shop#12", "12"),
        ("acme/shop#12", "12"),
        ("ACME/Shop#12", "12"),
        ("https://github.com/acme/shop/issues/12", "12"),
        ("https://github.com/acme/shop/issues/12?a=b#issuecomment-7", "12"),
        ("ops#12", ""),
        ("https://github.com/acme/ops/issues/12", ""),
        ("https://github.com/acme/shop/pull/12", None),
        ("Basket", None),
        ("error 12", None),
    ],
)
def test_knows_what_names_an_issue(text, number):
    assert number_in(text, "acme/shop") == number


def test_takes_words_for_words():
    query = words_query('repo:acme/secret "NOT basket" -x:y', "acme/shop")

    assert query == (
        'repo:acme/shop is:issue in:title "repo" "acme" "secret" "NOT" "basket" "x" "y"'
    )


def test_asks_nothing_without_words():
    assert words_query(" ?! ", "acme/shop") == ""
