from datetime import timedelta

import pytest
from django import forms
from django.core.paginator import Paginator
from django.http import QueryDict
from django.template import Context, Template
from django.utils import timezone

from testmgmt.web.templatetags import ui


class Form(forms.Form):
    name = forms.CharField(help_text="As it is spoken.")
    agree = forms.BooleanField(required=False)
    kind = forms.ChoiceField(choices=[("a", "A"), ("b", "B")], widget=forms.RadioSelect)


def _render(template, **context):
    return Template(template).render(Context(context))


@pytest.mark.parametrize(
    ("category", "look"),
    [
        ("passed", "passed"),
        ("in_progress", "running"),
        ("done", "passed"),
        ("active", "running"),
        ("new", "untested"),
        ("cancelled", "skipped"),
        ("unheard of", "untested"),
    ],
)
def test_shows_a_status_by_shape_and_word(category, look):
    html = ui.status(category, "Word")

    assert f'data-status="{look}"' in html
    assert f"#status-{look}" in html
    assert "<span>Word</span>" in html


@pytest.mark.parametrize(
    "shown",
    [
        ui.status("passed", "<b>"),
        ui.badge("<b>"),
        ui.priority("high", "<b>"),
        ui.person("<b>"),
        ui.icon("<b>"),
    ],
    ids=["status", "badge", "priority", "person", "icon"],
)
def test_escapes_what_people_wrote(shown):
    assert "<b>" not in shown


@pytest.mark.parametrize(("name", "initials"), [("Ada Lane", "AL"), ("tom", "TO"), ("", "?")])
def test_draws_initials(name, initials):
    assert f">{initials}<" in ui.avatar(name)


def test_gives_one_person_one_colour():
    assert ui.avatar("Ada Lane") == ui.avatar("Ada Lane")


def test_draws_results_as_shares_with_words():
    html = ui.result_bar({"passed": 3, "failed": 1, "untested": 0})

    assert 'aria-label="3 passed, 1 failed"' in html
    assert '<rect class="p" x="0.00%" width="75.00%"' in html
    assert '<rect class="f" x="75.00%" width="25.00%"' in html


def test_draws_an_empty_bar_where_there_is_nothing():
    assert 'aria-label="nothing yet"' in ui.result_bar({})


@pytest.mark.parametrize(
    ("ago", "words"), [(5, "just now"), (120, "2\xa0minutes ago"), (90000, "1\xa0day ago")]
)
def test_says_how_long_ago(ago, words):
    assert words in ui.time_ago(timezone.now() - timedelta(seconds=ago))


def test_says_nothing_of_what_never_was():
    assert ui.time_ago(None) == ""


def test_joins_label_hint_and_field():
    html = _render("{% field form.name %}", form=Form())

    assert '<label for="id_name">' in html
    assert 'aria-describedby="id_name_helptext"' in html
    assert 'id="id_name_helptext"' in html
    assert 'class="input"' in html


def test_joins_an_error_to_its_field():
    html = _render("{% field form.name %}", form=Form({"name": ""}))

    assert 'aria-invalid="true"' in html
    assert 'id="id_name_error"' in html
    assert "id_name_error" in html.split("aria-describedby")[1].split(">")[0]


def test_puts_the_word_behind_a_box_and_a_legend_above_a_group():
    html = _render("{% field form.agree %}{% field form.kind %}", form=Form())

    assert '<label class="check"><input type="checkbox"' in html
    assert '<legend class="label">Kind</legend>' in html


def test_keeps_the_filters_from_page_to_page():
    page = Paginator(range(100), 10).page(2)

    html = _render("{% pagination page query %}", page=page, query=QueryDict("a=1&page=2"))

    assert 'href="?a=1&amp;page=3"' in html
    assert 'aria-current="page">2<' in html
    assert "11 to 20 of 100" in html


def test_offers_no_pages_where_there_is_one():
    assert "<nav" not in _render("{% pagination page %}", page=Paginator([1], 10).page(1))
