import pytest

from migrations_data.base.inventory import take
from migrations_data.sources.testrail import export
from testmgmt.cases.models import Case, Section
from tests.migrations_data.conftest import ROOT

DEMO = ROOT / "testmgmt" / "launch" / "demo_data" / "testrail-suite.xml"


@pytest.fixture
def demo(imported):
    return imported(path=DEMO)


def test_shows_every_shape_of_the_format():
    inventory = take(export.read(DEMO))

    shapes = {use.shape for use in inventory.fields.values()}
    assert {"steps", "text", "choice", "choices", "boolean"} <= shapes
    assert set(inventory.fields["template"].values) >= {"Test Case (Steps)", "Test Case (Text)"}


def test_arrives_without_a_remark(demo):
    assert not demo.problems.exists()
    assert demo.job.state == "done"


def test_arrives_whole(demo):
    counts = demo.inventory["counts"]

    assert Case.objects.count() == counts["case"] > 50
    assert Section.objects.count() == counts["section"] > 12
