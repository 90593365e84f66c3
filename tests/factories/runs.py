import factory
from django.utils import timezone

from testmgmt.core.permissions import Role
from testmgmt.projects.models import Choice
from testmgmt.runs.domain import Attempt, StepAttempt
from testmgmt.runs.models import Execution, Run
from testmgmt.runs.services import record_result
from tests.factories.accounts import UserFactory
from tests.factories.cases import CaseFactory
from tests.factories.projects import MembershipFactory, ProjectFactory


def case_in(project, title="Valid password logs in", steps=3, **values):
    content = [
        {"id": f"s{n}", "action": f"Do thing {n}", "data": "", "expected": f"See thing {n}"}
        for n in range(1, steps + 1)
    ]
    return CaseFactory(project=project, title=title, **{"text__steps": content, **values})


class RunFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Run
        skip_postgeneration_save = True

    class Params:
        closed = factory.Trait(closed_at=factory.LazyFunction(timezone.now))

    project = factory.SubFactory(ProjectFactory)
    name = factory.Sequence(lambda n: f"Run {n}")


class ExecutionFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Execution
        skip_postgeneration_save = True

    run = factory.SubFactory(RunFactory)
    case = factory.LazyAttribute(lambda execution: case_in(execution.run.project))
    version = factory.LazyAttribute(lambda execution: execution.case.current)
    status = factory.LazyAttribute(
        lambda execution: Choice.objects.get(
            project=execution.run.project, field="result_status", slug="untested"
        )
    )


def new_tester(project):
    user = UserFactory()
    MembershipFactory(project=project, user=user, role=Role.TESTER)
    return user


def steps(execution, *statuses):
    ids = [step["id"] for step in execution.version.steps]
    return tuple(StepAttempt(pk, status) for pk, status in zip(ids, statuses, strict=False))


def record(execution, status, user=None, **attempt):
    return record_result(
        user=user or new_tester(execution.run.project),
        execution_id=execution.pk,
        attempt=Attempt(status, **attempt),
        now=timezone.now(),
    )
