import pytest
import responses

from integrations.base.errors import InvalidError
from integrations.base.http import ApiClient
from integrations.connectors.github.client import GitHubClient
from integrations.connectors.github.listing import filters_of, listed

SITE = "https://api.github.example"


class Repository:
    """A repository whose list of issues is answered page by page, and its calls counted."""

    def __init__(self, wire, numbers):
        self.numbers = list(numbers)
        self.pages = []
        wire.add_callback("GET", f"{SITE}/repos/acme/shop/issues", self.answer)

    def answer(self, request):
        page = int(request.params.get("page", 1))
        is_newest = request.params["direction"] == "desc"
        self.pages.append("newest" if is_newest else page)
        rows = self.numbers[::-1] if is_newest else self.numbers
        shown = rows[(page - 1) * 100 : page * 100]
        body = ", ".join(f'{{"number": {number}}}' for number in shown)
        return 200, {}, f"[{body}]"


@pytest.fixture
def wire():
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        yield mock


@pytest.fixture
def client():
    return GitHubClient(ApiClient(SITE))


def found(client, numbers):
    return sorted(listed(client, "acme/shop", numbers))


def test_asks_for_few_one_by_one(wire, client):
    repository = Repository(wire, range(1, 500))

    assert found(client, [1, 2, 3]) == []
    assert repository.pages == []


def test_asks_for_the_latest_first(wire, client):
    repository = Repository(wire, range(1, 501))

    assert found(client, [450, 460, 470, 480]) == [450, 460, 470, 480]
    assert repository.pages == ["newest"]


def test_reads_neighbours_page_by_page(wire, client):
    repository = Repository(wire, range(1, 1001))
    wanted = list(range(151, 251))

    assert found(client, wanted) == wanted
    assert repository.pages == ["newest", 2, 3]


def test_finds_what_lies_further_in_front(wire, client):
    repository = Repository(wire, [*range(1, 101), *range(401, 1001)])
    wanted = list(range(500, 540))

    assert found(client, wanted) == wanted
    assert repository.pages == ["newest", 5, 2, 3]


def test_finds_what_lies_far_in_front_of_the_end(wire, client):
    repository = Repository(wire, range(5001, 5401))
    wanted = list(range(5001, 5051))

    assert found(client, wanted) == wanted
    assert len(repository.pages) < 12


def test_leaves_those_that_lie_alone_to_single_calls(wire, client):
    repository = Repository(wire, range(1, 1001))

    assert found(client, range(50, 900, 50)) == []
    assert repository.pages == ["newest"]


def test_gives_up_on_what_is_not_there(wire, client):
    repository = Repository(wire, range(1, 101))

    assert found(client, range(900, 950)) == []
    assert len(repository.pages) < 12


@pytest.mark.parametrize("query", ["", "  "])
def test_reads_an_empty_query(query):
    assert filters_of(query) == {}


def test_reads_filters():
    assert filters_of("?labels=bug,help%20wanted&state=open") == {
        "labels": "bug,help wanted",
        "state": "open",
    }


@pytest.mark.parametrize("query", ["is:open", "page=2", "labels=bug&since=x"])
def test_refuses_other_words(query):
    with pytest.raises(InvalidError, match="name=value"):
        filters_of(query)
