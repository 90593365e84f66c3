"""A change here marks its item inside its own transaction."""

from io import BytesIO

import pytest
from django.db import transaction

from integrations.models import Endpoint, SyncTask
from testmgmt.cases import services
from testmgmt.cases.domain import CaseChange
from testmgmt.core import attachments, comments
from testmgmt.core.targets import Target
from tests.factories.cases import CaseFactory
from tests.factories.defects import DefectFactory

FACTORIES = {"defect": DefectFactory, "case": CaseFactory}


@pytest.fixture(params=["defect", "case"])
def target(request, both, shop):
    thing = FACTORIES[request.param](project=shop)
    return Target(request.param, thing.pk, shop.pk)


def marked():
    return set(SyncTask.objects.values_list("item_id", flat=True))


def key_of(target):
    return f"{target.kind[0].upper()}-{target.pk}"


def test_a_comment_marks_its_thing(target, ada):
    comments.add_comment(target=target, user_id=ada.pk, body="Seen.")

    assert marked() == {key_of(target)}


def test_a_file_marks_its_thing_when_it_comes_and_when_it_goes(target, ada):
    chunks = BytesIO(b"1")
    file = attachments.attach(target=target, user_id=ada.pk, name="a.txt", chunks=chunks)
    came = SyncTask.objects.get()
    attachments.detach(attachment=file, user_id=ada.pk)
    went = SyncTask.objects.get()

    assert came.item_id == key_of(target)
    assert went.generation > came.generation


@pytest.mark.parametrize("change", ["update", "delete", "move", "restore"])
def test_whatever_happens_to_a_case_marks_it(both, shop, ada, change):
    case = CaseFactory(project=shop)
    {
        "update": lambda: services.update_case(
            user=ada, case_id=case.pk, change=CaseChange(title="Other")
        ),
        "delete": lambda: services.delete_case(user=ada, case_id=case.pk),
        "move": lambda: services.tag_cases(user=ada, case_ids=[case.pk], tags=["web"]),
        "restore": lambda: (
            services.delete_cases(user=ada, case_ids=[case.pk]),
            services.restore_cases(user=ada, case_ids=[case.pk]),
        ),
    }[change]()

    assert marked() == {case.key}


def test_a_change_that_is_undone_marks_nothing(both, shop, ada):
    case = CaseFactory(project=shop)

    with transaction.atomic():
        services.delete_case(user=ada, case_id=case.pk)
        transaction.set_rollback(True)

    assert marked() == set()


def test_another_project_marks_nothing(both, ada):
    other = CaseFactory()

    comments.add_comment(
        target=Target("case", other.pk, other.project_id), user_id=ada.pk, body="Seen."
    )

    assert marked() == set()
    assert Endpoint.objects.exists()
