from testmgmt.core import search


def test_asks_every_finder_and_leaves_out_those_without_a_hit(monkeypatch):
    hit = search.Hit("C-1", "Login", "/cases/1/")
    monkeypatch.setattr(search, "_finders", [])
    search.add_finder(search.Finder("Cases", "list", lambda user, text: [hit] if user else []))
    search.add_finder(search.Finder("Runs", "flag", lambda user, text: []))

    groups = search.search("tom", "  log ")

    assert groups == [search.Group("Cases", "list", [hit])]
