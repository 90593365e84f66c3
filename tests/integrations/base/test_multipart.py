from io import BytesIO

from integrations.base.multipart import Multipart


def test_counts_the_bytes_of_the_file_alone():
    form = Multipart("file", "a.txt", "text/plain", BytesIO(b"abc" * 50_000))

    length = len(form)
    body = b"".join(form)

    assert form.sent == 150_000
    assert len(body) == length
    assert b"abcabc" in body
