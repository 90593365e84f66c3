"""ConnectorContract: what every connector must do, whatever tracker is behind it.

A connector's tests subclass it and give five fixtures: `connector`, `scope` (an id), `type_` (a
name), `person` (a human in the tracker, see Person below) and `broken` (a context in which the
tracker answers as told). Nothing here knows a tracker.
"""

from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Protocol

import pytest

from integrations.base.connector import Connector
from integrations.base.errors import (
    AuthFailedError,
    ConnectorError,
    InvalidError,
    RateLimitedError,
    ScopeError,
    StaleError,
    TransientError,
    UncertainError,
)
from integrations.base.items import (
    FieldSpec,
    Gone,
    Item,
    NewComment,
    Ref,
    Rich,
    Value,
    Want,
)
from integrations.base.items import Person as Author

MARKER = "c29tZS1tYXJrZXItdGhhdC1pcy1kZXJpdmVkLWJ5LXVz"
LONG_AGO = timedelta(hours=2)


class Person(Protocol):
    """Somebody who works in the tracker by hand, on another account than ours."""

    def create(self, title: str) -> str:
        """Create an item of the tested type and return its immutable id."""

    def edit(self, item_id: str, title: str) -> None:
        """Change the title of an item."""

    def comment(self, item_id: str, text: str) -> str:
        """Comment on an item and return the comment's id."""

    def delete(self, item_id: str) -> None:
        """Delete an item for good."""


class Broken(Protocol):
    """Makes the tracker answer the next calls with a fault.

    Faults: "unauthorised", "rate limited" (asks for 7 seconds), "server error" (nothing applied),
    "lost answer" (applied, the connection breaks before the answer).
    """

    def __call__(self, fault: str) -> AbstractContextManager[None]:
        """Return the time during which the fault lasts."""


class ConnectorContract:
    """Subclass it as `TestXContract`; every test below must pass unchanged."""

    @pytest.fixture
    def fields(self, connector: Connector, scope: str, type_: str) -> dict[str, FieldSpec]:
        """Return the type's fields by role."""
        types = {one.name: one for one in connector.schema(scope).types}
        return {field.role: field for field in types[type_].fields if field.role}

    @pytest.fixture
    def want(self, fields: dict[str, FieldSpec]) -> Want:
        return Want(frozenset(field.id for field in fields.values()), comments=True)

    @pytest.fixture
    def draft(self, fields: dict[str, FieldSpec]) -> dict[str, Value]:
        """Return the values of an ordinary item."""
        values: dict[str, Value] = {fields["title"].id: "Login fails"}
        if "description" in fields:
            values[fields["description"].id] = Rich("It **breaks**.")
        if "labels" in fields:
            values[fields["labels"].id] = frozenset({"login", "urgent"})
        return values

    @pytest.fixture
    def item(self, connector: Connector, scope: str, type_: str, draft: dict[str, Value]) -> Item:
        """Return an item that our account created."""
        return connector.create(scope, type_, draft, MARKER)

    # -- discovery

    def test_verifies_the_account(self, connector: Connector, scope: str):
        verified = connector.verify(scope)

        assert verified.is_ok, [check for check in verified.checks if not check.is_ok]
        assert verified.account_id

    def test_names_a_check_for_a_scope_that_is_not_there(self, connector: Connector):
        verified = connector.verify("no-such-scope-1")

        assert not verified.is_ok
        assert all(check.message for check in verified.checks)

    def test_lists_the_scope(self, connector: Connector, scope: str):
        assert scope in {one.id for one in connector.scopes()}

    def test_describes_a_title_and_a_status_that_can_be_written(self, fields: dict[str, FieldSpec]):
        assert fields["title"].is_writable
        assert fields["status"].is_writable
        assert {option.category for option in fields["status"].options} >= {"new", "done"}

    # -- creation and finding

    def test_creates_what_was_asked(self, connector, item, draft, want):
        found = self._fetch(connector, item.ref, want)

        assert {name: found.fields[name] for name in draft} == draft
        assert item.is_author_us
        assert item.key
        assert item.url

    def test_answers_a_creation_with_what_was_stored(self, connector, item, want):
        found = self._fetch(connector, item.ref, want)

        assert {name: found.fields[name] for name in item.fields if name in found.fields} == {
            name: value for name, value in item.fields.items() if name in found.fields
        }
        assert found.rev == item.rev

    def test_carries_the_marker_from_the_first_moment(self, connector, item, want):
        found = self._fetch(connector, item.ref, want)

        assert item.marker == MARKER
        assert found.marker == MARKER

    def test_never_shows_the_marker_in_a_field(self, connector, item, want):
        found = self._fetch(connector, item.ref, want)

        assert not [name for name, value in found.fields.items() if MARKER in repr(value)]

    def test_finds_our_creation_by_its_marker(self, connector, scope, item, settle):
        settle()

        found = connector.find(scope, MARKER, datetime.now(UTC) - LONG_AGO)

        assert found is not None
        assert found.ref == item.ref
        assert found.marker == MARKER
        assert found.is_author_us

    def test_finds_nothing_for_another_marker(self, connector, scope, item, settle):
        settle()

        assert connector.find(scope, MARKER[::-1], datetime.now(UTC) - LONG_AGO) is None

    def test_refuses_a_creation_without_a_title_by_field(self, connector, scope, type_, fields):
        with pytest.raises(InvalidError) as refusal:
            connector.create(scope, type_, {}, MARKER)

        assert fields["title"].id in refusal.value.fields

    def test_refuses_an_unknown_scope(self, connector, type_, draft):
        with pytest.raises((ScopeError, InvalidError)):
            connector.create("no-such-scope-1", type_, draft, MARKER)

    # -- reading

    def test_fetches_what_a_person_made(self, connector, scope, person, fields, want):
        item_id = person.create("By hand")

        found = self._fetch(connector, Ref(connector.system.id, scope, item_id), want)

        assert found.fields[fields["title"].id] == "By hand"
        assert found.marker is None
        assert not found.is_author_us

    def test_brings_only_what_was_wanted(self, connector, item, fields):
        found = self._fetch(connector, item.ref, Want(frozenset({fields["title"].id})))

        assert set(found.fields) == {fields["title"].id}
        assert found.comments is None
        assert found.attachments is None

    def test_answers_gone_for_a_deleted_item(self, connector, scope, person, want):
        item_id = person.create("Soon gone")
        person.delete(item_id)
        ref = Ref(connector.system.id, scope, item_id)

        assert connector.fetch([ref], want) == {ref: Gone()}

    def test_fetches_many_at_once(self, connector, scope, person, want):
        refs = [Ref(connector.system.id, scope, person.create(f"Item {n}")) for n in range(3)]

        found = connector.fetch(refs, want)

        assert set(found) == set(refs)
        assert all(isinstance(one, Item) for one in found.values())

    def test_polls_what_changed_since_the_cursor(self, connector, scope, person, want, settle):
        old = person.create("Old")
        settle()
        cursor = self._drained(connector, scope, None, want)[1]
        new = person.create("New")
        person.edit(old, "Old, changed")
        settle()

        changed, _cursor = self._drained(connector, scope, cursor, want)

        assert {old, new} <= {item.ref.id for item in changed}

    def test_never_skips_a_second_edit(self, connector, scope, person, fields, want, settle):
        item_id = person.create("First")
        settle()
        cursor = self._drained(connector, scope, None, want)[1]
        person.edit(item_id, "Second")
        cursor = self._drained(connector, scope, cursor, want)[1]
        person.edit(item_id, "Third")
        settle()

        changed, _cursor = self._drained(connector, scope, cursor, want)

        titles = [one.fields[fields["title"].id] for one in changed if one.ref.id == item_id]
        assert titles[-1] == "Third"

    def test_takes_a_census(self, connector, scope, person, settle):
        ids = {person.create("One"), person.create("Two")}
        settle()

        assert ids <= set(connector.census(scope, ""))

    # -- searching

    def test_searches_by_key_and_by_address(self, connector, scope, item, settle, draft, fields):
        self._require(connector, "search")
        settle()

        by_key = connector.search(scope, item.key)
        by_address = connector.search(scope, item.url)

        assert [found.ref for found in (*by_key[:1], *by_address[:1])] == [item.ref, item.ref]
        assert by_key[0].title == draft[fields["title"].id]
        assert (by_key[0].key, by_key[0].url, by_key[0].type) == (item.key, item.url, item.type)
        assert by_key[0].status in {option.name for option in fields["status"].options}

    def test_searches_by_words_of_the_title(self, connector, scope, person, settle):
        self._require(connector, "search")
        wanted = person.create("Basket forgets vouchers")
        person.create("Search is slow")
        settle()

        found = connector.search(scope, "vouchers basket")

        assert [one.ref.id for one in found] == [wanted]

    def test_searches_for_no_more_than_the_limit(self, connector, scope, person, settle):
        self._require(connector, "search")
        for number in range(3):
            person.create(f"Basket {number}")
        settle()

        assert len(connector.search(scope, "basket", limit=2)) == 2

    def test_finds_no_item_for_words_that_no_title_has(self, connector, scope, item, settle):
        self._require(connector, "search")
        settle()

        assert list(connector.search(scope, "zebra")) == []

    def test_finds_people_by_name(self, connector, scope):
        self._require(connector, "find_people")
        us = connector.verify(scope)

        found = connector.find_people(scope, us.account_name)

        assert us.account_id in {one.id for one in found}
        assert all(one.name for one in found)

    def test_finds_nobody_by_a_name_that_nobody_has(self, connector, scope):
        self._require(connector, "find_people")

        assert list(connector.find_people(scope, "nobody-of-that-name")) == []

    # -- updating

    def test_updates_and_reads_back(self, connector, item, fields, want):
        title = fields["title"].id

        back = connector.update(item, {title: "Login works"})

        assert back.fields[title] == "Login works"
        assert back.rev != item.rev
        assert self._fetch(connector, item.ref, want).fields[title] == "Login works"

    def test_leaves_the_other_fields_alone(self, connector, item, fields, draft, want):
        title = fields["title"].id

        connector.update(item, {title: "Login works"})

        found = self._fetch(connector, item.ref, want)
        assert {name: found.fields[name] for name in draft if name != title} == {
            name: value for name, value in draft.items() if name != title
        }

    def test_adds_and_removes_elements_of_a_set(self, connector, item, fields):
        if "labels" not in fields:
            pytest.skip("this tracker has no labels")

        back = connector.update(item, {fields["labels"].id: frozenset({"urgent", "web"})})

        assert back.fields[fields["labels"].id] == frozenset({"urgent", "web"})

    def test_moves_the_status_to_done(self, connector, item, fields):
        status = fields["status"]
        done = next(option.name for option in status.options if option.category == "done")

        back = connector.update(item, {status.id: done})

        assert back.fields[status.id] == done

    def test_names_the_field_whose_value_is_refused(self, connector, item, fields):
        with pytest.raises(InvalidError) as refusal:
            connector.update(item, {fields["status"].id: "No such status"})

        assert refusal.value.fields.get(fields["status"].id)

    def test_keeps_the_marker_over_an_update(self, connector, item, fields, want):
        connector.update(item, {fields["title"].id: "Login works"})

        assert self._fetch(connector, item.ref, want).marker == MARKER

    # -- updating many, deleting

    def test_updates_many_and_reads_each_back(self, connector, scope, person, fields, want):
        if connector.caps.batch_update == 1:
            pytest.skip("this tracker writes one item a call")
        title = fields["title"].id
        items = self._made(connector, scope, person, want)

        back = connector.update_many([(one, {title: f"New {n}"}) for n, one in enumerate(items)])

        assert [one.fields[title] for one in back] == ["New 0", "New 1", "New 2"]
        assert [one.ref for one in back] == [one.ref for one in items]
        found = connector.fetch([one.ref for one in items], want)
        assert [found[one.ref].rev for one in items] == [one.rev for one in back]

    def test_tells_of_each_of_many_what_became_of_it(self, connector, scope, person, fields, want):
        if connector.caps.batch_update == 1:
            pytest.skip("this tracker writes one item a call")
        title, status = fields["title"].id, fields["status"].id
        good, bad, other = self._made(connector, scope, person, want)

        back = connector.update_many(
            [(good, {title: "A"}), (bad, {status: "No such status"}), (other, {title: "C"})]
        )

        assert isinstance(back[1], InvalidError)
        assert back[1].fields.get(status)
        assert [back[0].fields[title], back[2].fields[title]] == ["A", "C"]
        assert self._fetch(connector, bad.ref, want).fields == bad.fields

    def test_refuses_of_many_those_that_moved_on(self, connector, scope, person, fields, want):
        if connector.caps.batch_update == 1 or not connector.caps.has_strong_rev:
            pytest.skip("this tracker does not compare revisions of many")
        title = fields["title"].id
        still, moved, _third = self._made(connector, scope, person, want)
        person.edit(moved.ref.id, "By hand")

        back = connector.update_many([(still, {title: "A"}), (moved, {title: "B"})])

        assert back[0].fields[title] == "A"
        assert isinstance(back[1], StaleError)
        assert self._fetch(connector, moved.ref, want).fields[title] == "By hand"

    def test_deletes_and_does_not_mind_a_second_time(self, connector, item, want):
        if not connector.caps.has_delete:
            pytest.skip("this tracker deletes nothing")

        connector.delete(item.ref)
        connector.delete(item.ref)

        assert connector.fetch([item.ref], want) == {item.ref: Gone()}

    # -- comments

    def test_copies_a_comment_with_its_marker(self, connector, item, comment, want):
        made = connector.add_comment(item.ref, comment)

        [read] = self._fetch(connector, item.ref, want).comments
        assert (made.marker, made.body.md.strip()) == (comment.marker, "Seen **twice**.")
        assert (read.id, read.marker, read.body) == (made.id, made.marker, made.body)

    def test_finds_our_comment_by_its_marker(self, connector, item, comment):
        made = connector.add_comment(item.ref, comment)

        found = connector.find_comment(item.ref, comment.marker)

        assert found is not None
        assert found.id == made.id
        assert connector.find_comment(item.ref, "another-marker") is None

    def test_edits_our_comment(self, connector, item, comment, want):
        made = connector.add_comment(item.ref, comment)
        text = NewComment(Rich("Gone."), comment.author, comment.key, comment.url, comment.marker)

        edited = connector.edit_comment(item.ref, made.id, text)

        [read] = self._fetch(connector, item.ref, want).comments
        assert edited.body.md.strip() == "Gone."
        assert (read.id, read.body, read.marker) == (made.id, edited.body, comment.marker)

    def test_deletes_our_comment_and_does_not_mind_a_second_time(
        self, connector, item, comment, want
    ):
        made = connector.add_comment(item.ref, comment)

        connector.delete_comment(item.ref, made.id)
        connector.delete_comment(item.ref, made.id)

        assert list(self._fetch(connector, item.ref, want).comments) == []

    def test_reads_what_a_person_comments(self, connector, scope, person, want):
        item_id = person.create("By hand")
        comment_id = person.comment(item_id, "I saw it too.")

        [read] = self._fetch(connector, Ref(connector.system.id, scope, item_id), want).comments

        assert (read.id, read.body.md.strip(), read.marker) == (comment_id, "I saw it too.", None)
        assert read.author.name

    # -- attachments

    def test_returns_the_bytes_that_were_uploaded(self, connector, item, want):
        if not connector.caps.has_attachments:
            pytest.skip("this tracker takes no files")

        made = connector.upload(item.ref, "log.txt", "text/plain", BytesIO(b"line 1\nline 2\n"))

        wanted = Want(want.fields, attachments=True)
        [read] = self._fetch(connector, item.ref, wanted).attachments
        assert (read.id, read.name, read.size) == (made.id, "log.txt", 14)
        with connector.open(item.ref, read) as stream:
            assert stream.read() == b"line 1\nline 2\n"

    # -- faults

    def test_raises_auth_failed_for_a_refused_sign_in(self, connector, item, broken, want):
        with broken("unauthorised"), pytest.raises(AuthFailedError):
            connector.fetch([item.ref], want)

    def test_passes_on_how_long_to_wait(self, connector, item, broken, fields):
        with broken("rate limited"), pytest.raises(RateLimitedError) as limited:
            connector.update(item, {fields["title"].id: "Too often"})

        assert limited.value.retry_after == pytest.approx(7, abs=1)

    def test_says_that_nothing_was_applied(self, connector, item, broken, fields, want):
        with broken("server error"), pytest.raises((TransientError, UncertainError)):
            connector.update(item, {fields["title"].id: "Too early"})

        assert self._fetch(connector, item.ref, want).fields[fields["title"].id] == "Login fails"

    def test_never_hides_that_a_creation_is_in_doubt(
        self, connector, scope, type_, draft, broken, settle
    ):
        with broken("lost answer"), pytest.raises(UncertainError):
            connector.create(scope, type_, draft, MARKER)
        settle()

        assert connector.find(scope, MARKER, datetime.now(UTC) - LONG_AGO) is not None

    def test_speaks_to_people_in_its_errors(self, connector, item, broken, want):
        with broken("unauthorised"), pytest.raises(ConnectorError) as failure:
            connector.fetch([item.ref], want)

        assert len(failure.value.message.split()) > 2

    # -- shared

    @pytest.fixture
    def comment(self) -> NewComment:
        return NewComment(
            body=Rich("Seen **twice**."),
            author=Author(id=None, name="Ada Lovelace"),
            key="DEF-1",
            url="https://platform.example/defects/1",
            marker="abcDEF123_-456",
        )

    @pytest.fixture
    def settle(self):
        """Return what waits until the search of the tracker is up to date; override if late."""
        return lambda: None

    def _made(self, connector, scope, person, want):
        """Return three items that somebody made, as they are read."""
        refs = [Ref(connector.system.id, scope, person.create(f"Item {n}")) for n in range(3)]
        found = connector.fetch(refs, want)
        return [found[ref] for ref in refs]

    def _require(self, connector: Connector, method: str) -> None:
        if getattr(type(connector), method) is getattr(Connector, method):
            pytest.skip(f"{connector.label} has no {method}")

    def _fetch(self, connector: Connector, ref: Ref, want: Want) -> Item:
        found = connector.fetch([ref], want)[ref]
        assert isinstance(found, Item), found
        return found

    def _drained(self, connector, scope, cursor, want):
        """Poll until there is no more; return all items and the last cursor."""
        items = []
        for _ in range(50):
            page = connector.changed_since(scope, cursor, want)
            items += page.items
            cursor = page.cursor
            if not page.has_more:
                return items, cursor
        raise AssertionError("changed_since never ends")
