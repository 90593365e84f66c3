"""Pages for machines: is it alive, can it work."""

from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe


@never_cache
@require_safe
@login_not_required
def alive(_request: HttpRequest) -> HttpResponse:
    """Answer as long as the process does."""
    return HttpResponse("ok", content_type="text/plain")


def _state() -> dict[str, str]:
    try:
        executor = MigrationExecutor(connection)
        plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError:
        return {"database": "unreachable", "migrations": "unknown"}
    return {"database": "ok", "migrations": f"{len(plan)} pending" if plan else "ok"}


@never_cache
@require_safe
@login_not_required
def ready(_request: HttpRequest) -> JsonResponse:
    """Answer 200 once the database is there and has this version's tables, else 503."""
    state = _state()
    return JsonResponse(state, status=200 if set(state.values()) == {"ok"} else 503)
