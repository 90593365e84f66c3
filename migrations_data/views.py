"""Pages of moving in: upload, mapping, progress, log."""

import csv
import json
from collections.abc import Iterator
from functools import partial
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from migrations_data import queries, services
from migrations_data.forms import LogForm, MappingFileForm, MappingForm, UploadForm
from testmgmt.accounts.requests import AuthedRequest
from testmgmt.web.forms import attempt
from testmgmt.web.htmx import is_fragment

PAGE_LENGTH = 50
LOG_LENGTH = 100
LOG_COLUMNS = (
    *("at", "level", "code", "entity", "origin_id", "title", "line"),
    *("field", "value", "action", "message", "count"),
)
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def index(request: AuthedRequest) -> HttpResponse:
    """List the imports of the projects that I administer."""
    named = request.GET.get("project", "")
    rows = queries.imports_of(request.user).filter(queries.within(request.user, named))
    context = {
        "page": Paginator(rows, PAGE_LENGTH).get_page(request.GET.get("page")),
        "project": queries.administered_projects(request.user).filter(key=named).first(),
        "section": "settings",
    }
    return render(request, "migrations_data/list.html", context)


def create(request: AuthedRequest) -> HttpResponse:
    """Upload a file."""
    initial = {"project": request.GET.get("project")}
    form = UploadForm(request.user, request.POST or None, request.FILES or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        upload = partial(services.upload, user=request.user, project=data["project"])
        file = data["file"]
        save = partial(upload, source=data["source"], file_name=file.name, chunks=file.chunks())
        import_job = attempt(form, save)
        if import_job:
            return redirect("migrations_data:detail", import_id=import_job.pk)
    context = {"form": form, "cancel_url": reverse("migrations_data:list")}
    status = 422 if form.errors else 200
    return render(request, "migrations_data/form.html", context, status=status)


def detail(request: AuthedRequest, import_id: UUID) -> HttpResponse:
    """Show an import: its progress while it works, else its mapping or what came of it."""
    import_job = queries.import_of(request.user, import_id)
    context = {"import_job": import_job, "report": queries.report_of(import_job)}
    if is_fragment(request):
        answer = render(request, "migrations_data/_progress.html", context)
        if not import_job.is_busy:
            answer["HX-Refresh"] = "true"
        return answer
    if queries.is_open(import_job):
        context["form"] = _mapping_form(request, import_id)
    context |= {"project": import_job.project, "section": "settings"}
    return render(request, "migrations_data/detail.html", context)


@require_POST
def mapping(request: AuthedRequest, import_id: UUID) -> HttpResponse:
    """Save the mapping, and go on as the button says."""
    import_job = queries.import_of(request.user, import_id)
    form = _mapping_form(request, import_id)
    if form.is_valid():
        save = partial(services.save_mapping, user=request.user, import_id=import_id)
        if attempt(form, partial(save, document=form.document())):
            return _go_on(request, import_id, request.POST.get("then", ""))
    context = {
        "import_job": import_job,
        "report": queries.report_of(import_job),
        "form": form,
        "project": import_job.project,
        "section": "settings",
    }
    return render(request, "migrations_data/detail.html", context, status=422)


def _go_on(request: AuthedRequest, import_id: UUID, then: str) -> HttpResponse:
    if then in {"run", "dry_run"}:
        services.start(user=request.user, import_id=import_id, is_dry_run=then == "dry_run")
    else:
        messages.success(request, "Saved.")
    return redirect("migrations_data:detail", import_id=import_id)


def mapping_file(request: AuthedRequest, import_id: UUID) -> HttpResponse:
    """Download the mapping, or upload one that was saved."""
    import_job = queries.import_of(request.user, import_id)
    if request.method != "POST":
        answer = HttpResponse(json.dumps(import_job.mapping, indent=2, ensure_ascii=False))
        answer["Content-Type"] = "application/json"
        answer["Content-Disposition"] = 'attachment; filename="mapping.json"'
        return answer
    form = MappingFileForm(request.POST, request.FILES)
    if form.is_valid():
        save = partial(services.save_mapping, user=request.user, import_id=import_id)
        if attempt(form, partial(save, document=form.cleaned_data["mapping"])):
            messages.success(request, "The mapping was taken over.")
            return redirect("migrations_data:detail", import_id=import_id)
    context = {
        "form": form,
        "import_job": import_job,
        "cancel_url": reverse("migrations_data:detail", args=[import_id]),
    }
    return render(request, "migrations_data/mapping_file.html", context, status=422)


@require_POST
def start(request: AuthedRequest, import_id: UUID) -> HttpResponse:
    """Go on where an import stopped."""
    services.start(user=request.user, import_id=import_id)
    return redirect("migrations_data:detail", import_id=import_id)


@require_POST
def cancel(request: AuthedRequest, import_id: UUID) -> HttpResponse:
    """Stop between two batches."""
    services.cancel(user=request.user, import_id=import_id)
    return redirect("migrations_data:detail", import_id=import_id)


def log(request: AuthedRequest, import_id: UUID) -> HttpResponse:
    """Show the migration log, by level, kind and code."""
    import_job = queries.import_of(request.user, import_id)
    report = queries.report_of(import_job)
    form = LogForm(report.codes, request.GET)
    rows = queries.problems_of(import_job, form.wanted())
    context = {
        "import_job": import_job,
        "report": report,
        "form": form,
        "page": Paginator(rows, LOG_LENGTH).get_page(request.GET.get("page")),
        "project": import_job.project,
        "section": "settings",
    }
    return render(request, "migrations_data/log.html", context)


def log_file(request: AuthedRequest, import_id: UUID) -> StreamingHttpResponse:
    """Download the log as a table; cells that look like formulas are text."""
    import_job = queries.import_of(request.user, import_id)
    form = LogForm(queries.report_of(import_job).codes, request.GET)
    rows = queries.problems_of(import_job, form.wanted()).values_list(*LOG_COLUMNS)
    answer = StreamingHttpResponse(_csv(rows.iterator()), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="migration-log.csv"'
    return answer


class _Line:
    """A file of one line: what the writer writes is what it returns."""

    def write(self, line: str) -> str:
        """Return the line."""
        return line


def _csv(rows: Iterator[tuple[object, ...]]) -> Iterator[str]:
    writer = csv.writer(_Line())
    yield writer.writerow(LOG_COLUMNS)
    for row in rows:
        yield writer.writerow([_as_text(cell) for cell in row])


def _as_text(cell: object) -> str:
    text = str(cell)
    return f"'{text}" if text.startswith(_FORMULA) else text


def _mapping_form(request: AuthedRequest, import_id: UUID) -> MappingForm:
    import_job = queries.import_of(request.user, import_id)
    vocabulary = queries.vocabulary_of(import_job.project_id)
    return MappingForm(import_job, vocabulary, request.POST or None)
