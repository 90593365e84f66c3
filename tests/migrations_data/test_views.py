import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from migrations_data import services
from migrations_data.models import ImportJob, ImportProblem
from testmgmt.cases.models import Case
from testmgmt.core.models import Job
from tests.migrations_data.conftest import SECTION, SUITE, case_xml

LIST = reverse("migrations_data:list")
CREATE = reverse("migrations_data:create")
HTMX = {"HX-Request": "true"}


def url(name, import_job):
    return reverse(f"migrations_data:{name}", args=[import_job.pk])


def a_file(*cases, content=None, name="suite.xml"):
    body = SUITE.format(sections=SECTION.format(name="A", cases="".join(cases)))
    return SimpleUploadedFile(name, content or body.encode())


def fields_of(form):
    return {bound.html_name: bound.value() for bound in form if bound.value() is not None}


class TestList:
    def test_shows_the_imports_of_my_projects(self, ada, page_of, imported):
        imported(case_xml(1))

        page = page_of(ada).get(LIST).content.decode()

        assert "suite.xml" in page
        assert "Imported" in page

    def test_offers_a_first_step_where_there_is_none(self, ada, page_of):
        assert "Nothing has been imported yet" in page_of(ada).get(LIST).content.decode()

    def test_shows_nothing_to_who_administers_nothing(self, tom, page_of, imported):
        imported(case_xml(1))

        assert "suite.xml" not in page_of(tom).get(LIST).content.decode()

    def test_takes_few_statements_however_long_it_is(
        self, ada, page_of, upload, django_assert_max_num_queries
    ):
        for number in range(10):
            upload(case_xml(number))
        client = page_of(ada)

        with django_assert_max_num_queries(12):
            client.get(LIST)


class TestUpload:
    def test_leads_to_the_page_of_the_import(self, ada, shop, page_of):
        data = {"project": "SHOP", "source": "testrail", "file": a_file(case_xml(1))}

        answer = page_of(ada).post(CREATE, data)

        assert answer.url == url("detail", ImportJob.objects.get())

    def test_says_at_the_file_why_it_is_refused(self, ada, shop, page_of):
        file = a_file(content=b"<html><body>Login</body></html>")
        data = {"project": "SHOP", "source": "testrail", "file": file}

        answer = page_of(ada).post(CREATE, data)

        assert answer.status_code == 422
        assert "web page" in answer.context["form"].errors["file"][0]

    @pytest.mark.parametrize("person", ["tom", "sam"])
    def test_offers_no_project_to_who_administers_none(self, request, shop, page_of, person):
        data = {"project": "SHOP", "source": "testrail", "file": a_file(case_xml(1))}

        answer = page_of(request.getfixturevalue(person)).post(CREATE, data)

        assert answer.status_code == 422
        assert not ImportJob.objects.exists()


class TestDetail:
    def test_asks_for_itself_while_work_is_going_on(self, ada, page_of, upload):
        import_job = upload(case_xml(1))

        page = page_of(ada).get(url("detail", import_job)).content.decode()

        assert 'hx-trigger="every 1s"' in page
        assert "waiting for a worker" in page

    def test_shows_how_far_it_is(self, ada, page_of, upload):
        import_job = upload(case_xml(1))
        Job.objects.update(state="running", done=30, total=120)

        answer = page_of(ada).get(url("detail", import_job), headers=HTMX)

        assert "25%, 30 of 120" in answer.content.decode()

    def test_reloads_once_the_work_is_done(self, ada, page_of, scanned):
        import_job = scanned(case_xml(1))

        answer = page_of(ada).get(url("detail", import_job), headers=HTMX)

        assert answer["HX-Refresh"] == "true"

    def test_names_the_line_at_which_it_stopped(self, ada, page_of, upload, finish):
        whole = a_file(case_xml(1)).read()
        import_job = finish(upload(raw=whole[:-20]))

        page = page_of(ada).get(url("detail", import_job)).content.decode()

        assert "It stopped" in page
        assert "Line 8: " in page

    def test_shows_what_became_of_everything(self, ada, page_of, imported):
        import_job = imported(case_xml(1), case_xml(2))

        page = page_of(ada).get(url("detail", import_job)).content.decode()

        assert "Everything is accounted for" in page
        assert "read = created + updated + unchanged + skipped" in page

    def test_does_not_exist_for_others(self, tom, page_of, imported):
        import_job = imported(case_xml(1))

        assert page_of(tom).get(url("detail", import_job)).status_code == 404

    def test_takes_few_statements(self, ada, page_of, scanned, django_assert_max_num_queries):
        import_job = scanned(case_xml(1, type="Odd", custom="<build>1</build>"))
        client = page_of(ada)

        with django_assert_max_num_queries(16):
            client.get(url("detail", import_job))


class TestMapping:
    @pytest.fixture
    def import_job(self, scanned):
        risk = "<risk><id>1</id><value> High</value></risk>"
        return scanned(case_xml(1, type="Odd", references="PROJ-1", custom=risk))

    @pytest.fixture
    def chosen(self, ada, page_of, import_job):
        """Return the form as it is shown, to be sent back with changes."""
        form = page_of(ada).get(url("detail", import_job)).context["form"]
        names = {row.name or row.label: row.bound.html_name for row in form.field_rows()}
        names |= {row.label: row.bound.html_name for row in form.value_rows()}
        return fields_of(form), names

    def test_proposes_what_becomes_of_everything(self, chosen):
        values, names = chosen

        assert values[names["references"]] == "references"
        assert values[names["custom_risk"]] == "new"
        assert values[names["Odd"]] == "new"

    def test_sent_back_unchanged_keeps_its_reasons(self, ada, page_of, import_job, chosen):
        before = import_job.mapping

        page_of(ada).post(url("mapping", import_job), chosen[0])

        import_job.refresh_from_db()
        assert import_job.mapping == before

    def test_takes_a_choice_over(self, ada, page_of, import_job, chosen):
        values, names = chosen
        changes = {names["references"]: "ignore", names["Odd"]: "smoke"}

        page_of(ada).post(url("mapping", import_job), {**values, **changes})

        import_job.refresh_from_db()
        assert import_job.mapping["fields"]["references"]["to"] == "ignore"
        assert import_job.mapping["fields"]["references"]["reason"] == "chosen by you"
        assert import_job.mapping["values"]["type"]["Odd"]["to"] == "smoke"

    def test_leads_to_the_import(self, ada, page_of, import_job, chosen, finish):
        page_of(ada).post(url("mapping", import_job), {**chosen[0], "then": "run"})
        finish(import_job)

        assert Case.objects.get().type.name == "Odd"

    def test_leads_to_a_dry_run(self, ada, page_of, import_job, chosen, finish):
        page_of(ada).post(url("mapping", import_job), {**chosen[0], "then": "dry_run"})
        finish(import_job)

        page = page_of(ada).get(url("detail", import_job)).content.decode()
        assert "This is what would happen" in page
        assert not Case.objects.exists()

    def test_refuses_days_without_hours(self, ada, page_of, import_job, chosen):
        answer = page_of(ada).post(url("mapping", import_job), {**chosen[0], "hours_a_day": 0})

        assert answer.status_code == 422

    def test_goes_out_as_a_file_and_comes_in_again(self, ada, page_of, import_job):
        client = page_of(ada)
        document = json.loads(client.get(url("mapping_file", import_job)).content)
        document["fields"]["references"]["to"] = "ignore"
        file = SimpleUploadedFile("mapping.json", json.dumps(document).encode())

        client.post(url("mapping_file", import_job), {"mapping": file})

        import_job.refresh_from_db()
        assert import_job.mapping["fields"]["references"]["to"] == "ignore"

    @pytest.mark.parametrize(
        ("content", "message"), [(b"{", "not JSON"), (b"{}", "“format”: 1"), (b"[]", "an object")]
    )
    def test_refuses_a_file_that_is_none(self, ada, page_of, import_job, content, message):
        file = SimpleUploadedFile("mapping.json", content)

        answer = page_of(ada).post(url("mapping_file", import_job), {"mapping": file})

        assert answer.status_code == 422
        assert message in answer.context["form"].errors["mapping"][0]


class TestButtons:
    def test_cancel_stops_what_waits(self, ada, page_of, upload):
        import_job = upload(case_xml(1))

        page_of(ada).post(url("cancel", import_job))

        import_job.job.refresh_from_db()
        assert import_job.job.state == Job.State.CANCELLED

    def test_start_goes_on_after_a_stop(self, ada, page_of, scanned, finish):
        import_job = scanned(case_xml(1))
        services.start(user=ada, import_id=import_job.pk)
        services.cancel(user=ada, import_id=import_job.pk)

        page_of(ada).post(url("start", import_job))
        finish(import_job)

        assert Case.objects.count() == 1

    def test_are_no_links(self, ada, page_of, scanned):
        import_job = scanned(case_xml(1))

        assert page_of(ada).get(url("start", import_job)).status_code == 405


class TestLog:
    @pytest.fixture
    def import_job(self, imported):
        again = case_xml(1, title="Again")
        return imported(case_xml(1), again, case_xml(2, title="=1+1", estimate="soon"))

    def lines(self, client, import_job, **query):
        return list(client.get(url("log", import_job), query).context["page"])

    def test_shows_every_line(self, ada, page_of, import_job):
        codes = [line.code for line in self.lines(page_of(ada), import_job)]

        assert codes == ["BAD_TIMESPAN", "DUPLICATE_ID"]

    @pytest.mark.parametrize(
        ("query", "number"),
        [
            ({"level": "warning"}, 2),
            ({"level": "error"}, 0),
            ({"entity": "section"}, 0),
            ({"code": "DUPLICATE_ID"}, 1),
            ({"level": "nonsense"}, 2),
        ],
    )
    def test_can_be_filtered(self, ada, page_of, import_job, query, number):
        assert len(self.lines(page_of(ada), import_job, **query)) == number

    def test_can_be_downloaded_without_formulas(self, ada, page_of, import_job):
        answer = page_of(ada).get(url("log_file", import_job), {"code": "BAD_TIMESPAN"})

        lines = b"".join(answer.streaming_content).decode().splitlines()
        assert lines[0].startswith("at,level,code")
        assert "C2,'=1+1," in lines[1]

    def test_takes_few_statements_however_long_it_is(
        self, ada, page_of, import_job, django_assert_max_num_queries
    ):
        lines = [ImportProblem(import_job=import_job, level="info", message="x")] * 90
        ImportProblem.objects.bulk_create(lines)
        client = page_of(ada)

        with django_assert_max_num_queries(12):
            client.get(url("log", import_job))

    def test_does_not_exist_for_others(self, tom, page_of, import_job):
        assert page_of(tom).get(url("log", import_job)).status_code == 404


def test_the_settings_of_a_project_lead_here(ada, shop, page_of):
    page = page_of(ada).get(reverse("projects:settings", args=["SHOP"])).content.decode()

    assert f"{LIST}?project=SHOP" in page
