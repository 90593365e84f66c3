"""This product and an Azure DevOps on loopback, through the services alone."""

import pytest

from integrations import services
from integrations.models import Conflict, LinkEnd, System
from integrations.sandbox.azure_devops.sandbox import SandboxAzureDevOps
from integrations.services.connections import Target
from integrations.services.systems import NewSystem
from testmgmt.core import comments
from testmgmt.core.models import TargetKind
from testmgmt.core.targets import Target as Place
from testmgmt.defects import services as defects
from testmgmt.defects.domain import DefectChange, NewDefect
from testmgmt.defects.models import Defect
from tests.factories.integrations import pass_time

ENG = "6ce954b1-ce1f-45d1-b94d-e6bf2464ba2c"
REPRO = "Microsoft.VSTS.TCM.ReproSteps"


@pytest.fixture
def azure():
    with SandboxAzureDevOps({"sync": "sandbox-t0ken"}) as opened:
        yield opened


@pytest.fixture
def ken(azure):
    return azure.as_human("ken")


@pytest.fixture
def system(azure, shop, ada):
    ada.is_superuser = True
    ada.save()
    credentials = {"token": "sandbox-t0ken"}
    form = NewSystem("azure_devops", "Boards", azure.url, credentials, is_private_allowed=True)
    made = services.connect_system(user=ada, project_id=shop.pk, system=form)
    verified = services.verify_system(user=ada, system_id=made.pk)
    assert verified.is_ok, verified.checks
    return made


@pytest.fixture
def minute(system, shop, ada):
    """Return what a minute of a worker's life does, once both are connected."""
    made = services.connect_project(user=ada, project_id=shop.pk, target=Target(system.pk, ENG))
    rules = {**made.versions.get().rules, "create": {"a": "auto", "b": "auto"}}
    services.publish_rules(user=ada, connection_id=made.pk, document=rules)
    services.enable(user=ada, connection_id=made.pk)
    services.drain(system_id=system.pk)

    def pass_by():
        pass_time(61)
        for one in System.objects.order_by("kind"):
            services.drain(system_id=one.pk)

    return pass_by


@pytest.fixture
def defect(shop, tom, minute):
    new = NewDefect(title="Login fails", description="It **breaks**:\n\n- `<b>`", labels=["web"])
    made = defects.create_defect(user=tom, project_id=shop.pk, defect=new)
    minute()
    return made


@pytest.fixture
def number(defect):
    return int(LinkEnd.objects.get(side="b").item_id)


def test_creates_a_work_item_with_all_that_is_mapped(defect, number, ken):
    item = ken.item(number)

    assert item.values["System.Title"] == "Login fails"
    assert item.values[REPRO] == "It **breaks**:\n\n- `&lt;b&gt;`"
    assert item.values["System.Tags"] == "web"
    assert item.formats == [REPRO]


def test_brings_edits_home(defect, number, ken, minute):
    ken.edit(number, title="Login fails on Firefox", state="Closed", tags="web; login")
    minute()

    here = Defect.objects.get(pk=defect.pk)
    assert here.title == "Login fails on Firefox"
    assert here.status.category == "done"
    assert {tag.name for tag in here.labels.all()} == {"web", "login"}
    assert not Conflict.objects.exists()


def test_takes_edits_there_in_one_call(defect, number, azure, ken, tom, minute):
    azure.clear_calls()
    change = DefectChange(title="Login works", labels=["web", "done"])
    defects.update_defect(user=tom, defect_id=defect.pk, change=change)
    minute()

    assert ken.item(number).values["System.Title"] == "Login works"
    assert len(azure.calls(method="PATCH")) == 1


def test_copies_comments_both_ways(defect, number, ken, tom, minute):
    place = Place(TargetKind.DEFECT, defect.pk, defect.project_id)
    comments.add_comment(target=place, user_id=tom.pk, body="Seen `<twice>`.")
    ken.comment(number, "<div>Me <b>too</b></div>")
    minute()
    minute()

    there = [one.text for one in ken.comments(number)]
    assert any("Seen `&lt;twice&gt;`." in text for text in there)
    assert len(there) == 2


def test_takes_in_what_begins_there(defect, ken, minute):
    ken.create("Engineering", "Bug", title="Found by hand", repro_steps="<p>Steps</p>")
    minute()

    assert Defect.objects.get(title="Found by hand").description == "Steps"


def test_writes_nothing_once_both_agree(defect, number, azure, ken, minute):
    ken.edit(number, repro_steps="<div>Changed <i>by hand</i></div>")
    minute()
    rev = ken.item(number).rev
    for _ in range(3):
        minute()

    assert ken.item(number).rev == rev
