"""Files: uploaded whole or in chunks, linked, and limited."""

import pytest

from tests.integrations.sandbox.azure_devops.conftest import STREAM, add, link

FILES = "/_apis/wit/attachments"


def upload(sync, content=b"\x00\xff log", **options):
    return sync.call(
        "POST", FILES, params={"fileName": "app log.txt"}, data=content, headers=STREAM, **options
    )


def test_belongs_to_an_item_once_linked(sync, ken):
    number = sync.new_item()["id"]
    url = upload(sync).json()["url"]

    changed = sync.patch_item(number, link("AttachedFile", url, comment="ours")).json()

    (relation,) = sync.item(changed["id"], **{"$expand": "relations"})["relations"]
    attributes = relation["attributes"]
    assert (attributes["name"], attributes["resourceSize"]) == ("app log.txt", 6)
    assert attributes["comment"] == "ours"
    assert [one.name for one in ken.attachments(number)] == ["app log.txt"]


def test_gives_the_bytes_back(sync):
    made = upload(sync)

    response = sync.call("GET", f"{FILES}/{made.json()['id']}", params={"download": "true"})

    assert (made.status_code, response.content) == (201, b"\x00\xff log")
    assert "app%20log.txt" in response.headers["Content-Disposition"]


def send(sync, path, first, content, total):
    span = f"bytes {first}-{first + len(content) - 1}/{total}"
    headers = {**STREAM, "Content-Range": span}
    return sync.send_loosely("PUT", path, data=content, headers=headers)


def test_takes_chunks_in_order(sync):
    params = {"fileName": "big.bin", "uploadType": "Chunked"}
    made = sync.send_loosely("POST", FILES, params=params).json()
    path = f"{FILES}/{made['id']}"

    half = send(sync, path, 0, b"abc", 5)
    early = sync.patch_item(sync.new_item()["id"], link("AttachedFile", made["url"]))
    wrong = send(sync, path, 4, b"e", 5)
    done = send(sync, path, 3, b"de", 5)

    assert (half.status_code, early.status_code, wrong.status_code) == (200, 404, 400)
    assert done.status_code == 201
    assert sync.call("GET", path).content == b"abcde"


def test_wants_a_stream(sync):
    headers = {"Content-Type": "text/plain"}

    refused = sync.send_loosely(
        "POST", FILES, params={"fileName": "a.txt"}, data=b"x", headers=headers
    )

    assert refused.json()["typeKey"] == "VssRequestContentTypeNotSupportedException"


def test_refuses_a_file_over_the_limit(azure, sync):
    azure.change_state({"attachment_limit": 5})

    assert upload(sync, b"12345").status_code == 201
    assert upload(sync, b"123456").json()["message"].startswith("TF237082")


def test_holds_a_hundred_files(sync):
    url = upload(sync).json()["url"]
    number = sync.new_item(*[link("AttachedFile", url) for _ in range(100)])["id"]

    refused = sync.patch_item(number, link("AttachedFile", url))

    assert (refused.status_code, "up to 100 attached files" in refused.text) == (400, True)


@pytest.mark.parametrize("id_", ["21c5dece-3aa2-4836-bbfc-ddac92bd846e", "x"])
def test_knows_no_file_that_was_not_sent(azure, sync, id_):
    url = f"{azure.url}{FILES}/{id_}"

    refused = sync.post_item(add("System.Title", "x"), link("AttachedFile", url))

    assert refused.status_code == 404


def test_refuses_a_reader(as_account):
    assert upload(as_account("reader")).status_code == 403
