from pathlib import Path

import pytest

from migrations_data import registry
from migrations_data.base.problems import Code

SOURCES = Path(registry.__file__).parent / "sources"


@pytest.mark.parametrize("slug", registry.SOURCES)
class TestSource:
    def test_explains_itself_to_administrators(self, slug):
        assert (SOURCES / slug / "README.md").read_text("utf-8").startswith("# Moving in from ")

    def test_goes_by_its_slug(self, slug):
        assert registry.load(slug).slug == slug


def test_every_code_of_the_log_is_explained():
    readme = (SOURCES / "testrail" / "README.md").read_text("utf-8")

    unexplained = [code.value for code in Code if f"`{code.value}`" not in readme]

    assert unexplained == []
