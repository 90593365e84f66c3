import pytest

from testmgmt.core import attachments
from testmgmt.core.models import TargetKind
from testmgmt.core.targets import Target

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 100
SVG = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"


@pytest.fixture
def attached(shop, tom):
    def attach(name, content):
        target = Target(TargetKind.CASE, 1, shop.pk)
        return attachments.attach(target=target, user_id=tom.pk, name=name, chunks=[content])

    return attach


def _body(answer):
    content = b"".join(answer.streaming_content)
    answer.close()
    return content


def test_shows_an_image_in_the_page(page_of, tom, attached):
    answer = page_of(tom).get(f"/files/{attached('shot.png', PNG).pk}/")

    assert _body(answer) == PNG
    assert answer["Content-Type"] == "image/png"
    assert answer["Content-Disposition"].startswith("inline")


@pytest.mark.parametrize(
    ("name", "content"), [("a.html", b"<script>alert(1)</script>"), ("a.svg", SVG)]
)
def test_lets_nothing_run_in_our_pages(page_of, tom, attached, name, content):
    answer = page_of(tom).get(f"/files/{attached(name, content).pk}/")

    assert _body(answer) == content
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert answer["Content-Disposition"] == f'attachment; filename="{name}"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]


def test_keeps_a_name_of_any_alphabet(page_of, tom, attached):
    answer = page_of(tom).get(f"/files/{attached('протокол.txt', b'ok').pk}/")

    _body(answer)
    assert "filename*=utf-8''" in answer["Content-Disposition"]


def test_hides_files_of_other_projects(page_of, sam, attached):
    assert page_of(sam).get(f"/files/{attached('a.png', PNG).pk}/").status_code == 404
