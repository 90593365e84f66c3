import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from migrations_data import services
from migrations_data.models import ImportJob
from testmgmt.cases.models import Case
from tests.migrations_data.conftest import SECTION, SUITE, case_xml

URL = "/api/migrations"


def body(*cases, content=None, **more):
    suite = SUITE.format(sections=SECTION.format(name="A", cases="".join(cases)))
    file = SimpleUploadedFile("suite.xml", content or suite.encode())
    return {"project": "SHOP", "source": "testrail", "file": file, **more}


class TestCreate:
    def test_takes_a_file_and_says_where_to_look(self, ada, shop, api_of):
        answer = api_of(ada).post(URL, body(case_xml(1)), format="multipart")

        assert answer.status_code == 202
        assert answer["Location"].endswith(f"{URL}/{answer.data['id']}")
        assert (answer.data["stage"], answer.data["state"]) == ("scan", "queued")

    def test_goes_on_by_itself_with_a_mapping(self, ada, shop, api_of, finish):
        mapping = json.dumps({"format": 1})

        api_of(ada).post(URL, body(case_xml(1), mapping=mapping), format="multipart")
        finish(ImportJob.objects.get())

        assert Case.objects.count() == 1

    def test_refuses_a_look_alike(self, ada, shop, api_of):
        data = body(content=b"<testsuites/>")

        answer = api_of(ada).post(URL, data, format="multipart")

        assert answer.status_code == 400
        assert "JUnit" in answer.data["errors"]["file"][0]

    @pytest.mark.parametrize(("person", "status"), [("tom", 403), ("vera", 403), ("sam", 404)])
    def test_refuses_who_does_not_administer(self, request, shop, api_of, person, status):
        client = api_of(request.getfixturevalue(person))

        answer = client.post(URL, body(case_xml(1)), format="multipart")

        assert answer.status_code == status

    def test_refuses_a_source_that_nobody_knows(self, ada, shop, api_of):
        data = body(case_xml(1)) | {"source": "spira"}

        answer = api_of(ada).post(URL, data, format="multipart")

        assert list(answer.data["errors"]) == ["source"]


class TestRead:
    def test_shows_the_counts_of_a_finished_import(self, ada, api_of, imported):
        import_job = imported(case_xml(1))

        answer = api_of(ada).get(f"{URL}/{import_job.pk}")

        assert answer.data["state"] == "done"
        assert answer.data["counts"]["case"] == {
            "read": 1,
            "created": 1,
            "updated": 0,
            "unchanged": 0,
            "skipped": 0,
        }

    def test_lists_imports_the_newest_first(self, ada, api_of, upload):
        first, second = upload(case_xml(1)), upload(case_xml(2))

        answer = api_of(ada).get(URL)

        assert [row["id"] for row in answer.data["results"]] == [second.pk, first.pk]

    @pytest.mark.parametrize("person", ["tom", "sam"])
    def test_hides_imports_from_others(self, request, api_of, upload, person):
        import_job = upload(case_xml(1))
        client = api_of(request.getfixturevalue(person))

        assert client.get(URL).data["count"] == 0
        assert client.get(f"{URL}/{import_job.pk}").status_code == 404

    def test_refuses_a_filter_that_there_is_not(self, ada, api_of):
        assert api_of(ada).get(URL, {"color": "red"}).status_code == 400

    def test_list_takes_few_statements(self, ada, api_of, upload, django_assert_max_num_queries):
        for number in range(5):
            upload(case_xml(number))
        client = api_of(ada)

        with django_assert_max_num_queries(6):
            client.get(URL)

    def test_shows_the_log(self, ada, api_of, imported):
        import_job = imported(case_xml(1, estimate="soon"), case_xml(1, estimate="soon"))

        answer = api_of(ada).get(f"{URL}/{import_job.pk}/log", {"code": "DUPLICATE_ID"})

        (line,) = answer.data["results"]
        assert (line["level"], line["origin_id"], line["line"]) == ("warning", "C1", 7)


class TestWork:
    def test_mapping_can_be_replaced(self, ada, api_of, scanned):
        import_job = scanned(case_xml(1, references="PROJ-1"))
        document = {"format": 1, "fields": {"references": {"to": "ignore"}}}

        answer = api_of(ada).put(f"{URL}/{import_job.pk}/mapping", document)

        assert answer.data["mapping"]["fields"]["references"]["to"] == "ignore"

    def test_mapping_that_is_none_is_refused(self, ada, api_of, scanned):
        import_job = scanned(case_xml(1))

        answer = api_of(ada).put(f"{URL}/{import_job.pk}/mapping", [1])

        assert answer.status_code == 400

    def test_start_begins_the_import(self, ada, api_of, scanned, finish):
        import_job = scanned(case_xml(1))

        answer = api_of(ada).post(f"{URL}/{import_job.pk}/start")
        finish(import_job)

        assert answer.status_code == 202
        assert Case.objects.count() == 1

    def test_start_refuses_while_work_is_going_on(self, ada, api_of, upload):
        import_job = upload(case_xml(1))

        assert api_of(ada).post(f"{URL}/{import_job.pk}/start").status_code == 409

    def test_cancel_stops_what_waits(self, ada, api_of, scanned):
        import_job = scanned(case_xml(1))
        services.start(user=ada, import_id=import_job.pk)

        answer = api_of(ada).post(f"{URL}/{import_job.pk}/cancel")

        assert answer.data["state"] == "cancelled"
