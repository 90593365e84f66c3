import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from migrations_data.models import ImportJob
from testmgmt.cases.models import Case
from tests.migrations_data.conftest import case_xml

pytestmark = pytest.mark.usefixtures("ada")


def run(*arguments, **options):
    call_command("import_from", "testrail", *map(str, arguments), project="SHOP", **options)


def test_prints_what_became_of_everything(suite, capsys):
    run(suite(case_xml(1), case_xml(2)))

    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert ["cases", "2", "2", "0", "0", "0"] in lines
    assert Case.objects.count() == 2


def test_prints_json_on_request(suite, capsys):
    run(suite(case_xml(1)), json=True)

    (report,) = json.loads(capsys.readouterr().out)
    assert report["state"] == "done"
    assert report["counts"]["case"]["created"] == 1


@pytest.mark.parametrize(
    "name", ["suite_klaros-parabank.xml", "suite_shishqa-hardload.xml", "suite_swaglabs.xml"]
)
def test_counts_what_the_captured_files_hold(shared, counts, capsys, name):
    run(shared / "samples" / name, json=True)

    (report,) = json.loads(capsys.readouterr().out)
    numbers = {entity: found["created"] for entity, found in report["counts"].items()}
    expected = counts[name]
    assert numbers["section"] == expected["sections"]
    assert numbers["case"] == expected["items"]
    assert numbers["step"] == expected["steps"]


def test_writes_nothing_in_a_dry_run(suite, capsys):
    run(suite(case_xml(1)), dry_run=True, json=True)

    (report,) = json.loads(capsys.readouterr().out)
    assert report["is_dry_run"]
    assert not Case.objects.exists()


def test_takes_a_mapping_from_a_file(suite, tmp_path):
    mapping = tmp_path / "mapping.json"
    mapping.write_text('{"format": 1, "fields": {"references": {"to": "ignore"}}}')

    run(suite(case_xml(1, references="PROJ-1")), mapping=mapping)

    assert Case.objects.get().references == ""


def test_imports_in_the_name_of_the_first_administrator(ada, tom, suite):
    run(suite(case_xml(1)))

    assert ImportJob.objects.get().created_by == ada


def test_ends_with_the_line_of_a_damaged_file(suite):
    path = suite(case_xml(1))
    path.write_bytes(path.read_bytes()[:-20])

    with pytest.raises(CommandError, match=r"suite\.xml: Line 8: "):
        run(path)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"mapping": Path("/nowhere.json")}, "nowhere"),
        ({"user": "nobody"}, "Nobody here is called “nobody”"),
    ],
)
def test_refuses_what_is_not_there(suite, options, message):
    with pytest.raises(CommandError, match=message):
        run(suite(case_xml(1)), **options)


def test_refuses_a_file_that_is_not_there(tmp_path):
    with pytest.raises(CommandError, match="No such file"):
        run(tmp_path / "nothing.xml")


def test_refuses_a_look_alike(suite):
    with pytest.raises(CommandError, match="JUnit"):
        run(suite(raw=b"<testsuites/>"))
