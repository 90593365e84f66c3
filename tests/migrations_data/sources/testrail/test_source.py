import pytest

from migrations_data import registry
from migrations_data.base.source import Identity, SourceError
from migrations_data.sources.testrail.source import FromTestRail
from tests.migrations_data.conftest import case_xml


def test_says_which_suite_a_file_holds(suite):
    path = suite(case_xml(1))

    assert FromTestRail(path).check() == Identity("suite export", "S7", "Shop")


def test_is_found_by_its_slug():
    assert registry.load("testrail") is FromTestRail


LOOK_ALIKES = {
    "TestNG": b'<?xml version="1.0"?>\n<suite name="All"><test name="a"/></suite>',
    "JUnit": b"<testsuites><testsuite/></testsuites>",
    "sign-in page": b"\n<!DOCTYPE html>\n<html><title>Login - TestRail</title>",
    "web page": b"<html><body>Login</body></html>",
    r"binary Excel workbook \(.xls\)": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
    "zip archive": b"PK\x03\x04rest",
    "CSV": b'\xef\xbb\xbf"ID","Title"\n"C1","A"\n',
    "export of a run": b"<run><id>R1</id></run>",
    "export of a plan": b"<plan><id>R1</id></plan>",
    "JSON": b'{"cases": []}',
    "not XML": b"hello",
    "is empty": b" \n",
    "<library>": b"<library><book/></library>",
    "<test>": b"<suite><test/></suite>",
}


@pytest.mark.parametrize("word", LOOK_ALIKES)
def test_refuses_a_look_alike_by_its_name(suite, word):
    path = suite(raw=LOOK_ALIKES[word])

    with pytest.raises(SourceError, match=word) as refusal:
        FromTestRail(path).check()

    assert "Export to XML" in refusal.value.fix


def test_refuses_a_file_before_anything_of_it_is_read(suite):
    path = suite(raw=b"<testsuites/>")

    with pytest.raises(SourceError):
        next(FromTestRail(path).read())
