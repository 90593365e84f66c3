import pytest

from testmgmt.core.files import IMAGES, NAME_LENGTH, safe_name, sniffed


@pytest.mark.parametrize(
    ("head", "mime"),
    [
        (b"\x89PNG\r\n\x1a\n....", "image/png"),
        (b"\xff\xd8\xff\xe0", "image/jpeg"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "image/webp"),
        (b"%PDF-1.7", "application/pdf"),
        (b"PK\x03\x04\x14", "application/zip"),
        (b"\x00\x00\x00\x18ftypmp42", "video/mp4"),
        (b"name,result\n1,passed\n", "text/plain"),
        ("Prüfung ✓".encode(), "text/plain"),
        (b"\x00\x01\x02\x03", "application/octet-stream"),
        (b"\xfe\xed\xfa\xce" * 200, "application/octet-stream"),
    ],
)
def test_reads_the_kind_of_file_from_its_bytes(head, mime):
    assert sniffed(head) == mime


def test_reads_text_that_the_head_cuts_in_the_middle_of_a_letter():
    assert sniffed(("a" + "✓" * 400).encode()[:512]) == "text/plain"


@pytest.mark.parametrize("head", [b"<svg xmlns=''>", b"<html>", b"<?xml version='1.0'?>"])
def test_shows_nothing_in_the_page_that_could_run(head):
    assert sniffed(head) not in IMAGES


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("shot.png", "shot.png"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\ada\\shot.png", "shot.png"),
        ("a\r\nSet-Cookie: x", "aSet-Cookie: x"),
        ("", "file"),
        ("...", "file"),
        ("протокол.txt", "протокол.txt"),
    ],
)
def test_keeps_a_name_without_what_could_do_harm(name, safe):
    assert safe_name(name) == safe


def test_shortens_a_long_name_and_keeps_its_ending():
    name = safe_name("x" * 400 + ".log")

    assert len(name) == NAME_LENGTH
    assert name.endswith("x.log")
