"""GET /api/testcases?limit=100 against a DRF view of one `.values()` query and orjson.

Both run in this process behind the same token check, in turn, so that noise hits both alike.
Figures are CPU milliseconds per request: the least of several batches.
"""

import os
import time
from collections.abc import Callable

import django
from django.core.management import call_command
from django.urls import resolve

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "testmgmt.settings")
django.setup()

from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.test import APIRequestFactory
from rest_framework.views import APIView

from testmgmt.accounts import services as accounts
from testmgmt.accounts.models import User
from testmgmt.cases import services as cases
from testmgmt.cases.domain.changes import NewCase
from testmgmt.cases.domain.steps import Step
from testmgmt.cases.models import Case
from testmgmt.core.permissions import Scope
from testmgmt.projects import services as projects

ROWS, BATCHES, CALLS = 100, 12, 10
STEPS = [Step(action=f"Do {n}", expected=f"See {n}") for n in range(5)]


class BareList(APIView):
    """What we measure against: the least that DRF can do for the same rows."""

    def get(self, request: Request) -> Response:  # noqa: ARG002  the framework's signature
        """Answer with one query's rows."""
        rows = Case.objects.values(
            "id",
            "project_id",
            "section_id",
            "title",
            "template",
            "references",
            "estimate_seconds",
            "state__slug",
            "priority__slug",
            "type__slug",
            "owner__username",
            "assignee__username",
            "last_status__slug",
            "last_result_at",
            "revision",
            "created_at",
            "updated_at",
            "current__number",
            "current__description",
            "current__preconditions",
            "current__expected",
            "current__steps",
            "current__custom",
        )[:ROWS]
        return Response({"results": list(rows)})


def _token() -> str:
    user = User.objects.create_user("bench", is_staff=True)
    project = projects.create_project(user=user, key="BENCH", name="Bench")
    rows = [
        NewCase(title=f"Case {n}", description="Text " * 20, steps=STEPS, tags=["smoke"])
        for n in range(ROWS * 3)
    ]
    cases.import_cases(user=user, project_id=project.pk, cases=rows)
    _, token = accounts.create_token(user=user, name="bench", scopes=[Scope.READ], project=project)
    return token


def _rendered(answer: Response) -> Response:
    answer.render()
    return answer


def _require_rows(answer: Response) -> None:
    if len(answer.data["results"]) != ROWS:
        raise RuntimeError(f"a page of {ROWS} rows was expected: {answer.data}")


def _cpu(call: Callable[[], object]) -> float:
    started = time.process_time()
    for _ in range(CALLS):
        call()
    return (time.process_time() - started) / CALLS * 1000


def main() -> None:
    """Measure both in turn and print the ratio."""
    call_command("migrate", verbosity=0)
    token = _token()
    address = f"/api/testcases?limit={ROWS}"
    request = APIRequestFactory(HTTP_AUTHORIZATION=f"Bearer {token}", HTTP_HOST="127.0.0.1")
    listing = resolve("/api/testcases").func
    bare = BareList.as_view()

    def ours() -> Response:
        return _rendered(listing(request.get(address)))

    def theirs() -> Response:
        return _rendered(bare(request.get("/")))

    _require_rows(ours())
    _require_rows(theirs())

    pairs = [(_cpu(ours), _cpu(theirs)) for _ in range(BATCHES)]
    best_ours, best_bare = (min(figures) for figures in zip(*pairs, strict=True))
    print(
        f"list of {ROWS} cases: {best_ours:.2f} ms CPU, bare .values() + orjson {best_bare:.2f} ms"
    )
    print(f"ratio {best_ours / best_bare:.2f}")


if __name__ == "__main__":
    main()
