"""Pages of long tasks."""

from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from testmgmt.accounts.requests import AuthedRequest
from testmgmt.core.jobs import UNFINISHED, rate_of, seconds_left
from testmgmt.projects import queries, services
from testmgmt.web.htmx import is_fragment

PAGE_LENGTH = 50


def index(request: AuthedRequest) -> HttpResponse:
    """List the long tasks of my projects."""
    jobs = queries.visible_jobs(request.user)
    page = Paginator(jobs, PAGE_LENGTH).get_page(request.GET.get("page"))
    return render(request, "jobs/list.html", {"page": page, "section": "jobs"})


def detail(request: AuthedRequest, pk: UUID) -> HttpResponse:
    """Show how far a long task is; the page asks again until it has ended."""
    now = timezone.now()
    job = queries.job_of(request.user, pk)
    context = {
        "job": job,
        "is_running": job.state in UNFINISHED,
        "rate": rate_of(job, now),
        "seconds_left": seconds_left(job, now),
        "section": "jobs",
    }
    template = "jobs/_progress.html" if is_fragment(request) else "jobs/detail.html"
    return render(request, template, context)


@require_POST
def cancel(request: AuthedRequest, pk: UUID) -> HttpResponse:
    """Stop a long task."""
    job = services.cancel_job(user=request.user, job_id=pk, now=timezone.now())
    return redirect("projects:job", pk=job.pk)
