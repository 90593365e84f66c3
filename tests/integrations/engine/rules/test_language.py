"""An expression sees one item, gives one value, and harms nobody whatever it tries."""

import os
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import pytest

from integrations.base.errors import FatalError
from integrations.base.items import Item, Person, Ref, Rich
from integrations.engine.rules.interpreter import INTERPRETER
from integrations.engine.rules.language import Expression, SourceError, expression
from integrations.engine.rules.values import UntranslatableError

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
ITEM = Item(
    ref=Ref(UUID(int=1), "P", "1"),
    key="P-1",
    url="https://tracker.example/P-1",
    type="Bug",
    fields={
        "title": "It breaks",
        "System.Title": "dotted",
        "body": Rich("**bold**", native={"type": "doc"}),
        "labels": frozenset({"prod", "int-1"}),
        "owner": Person("7", "Ann", "ann@example.org"),
        "points": Decimal("1.5"),
        "due": date(2026, 2, 3),
        "nothing": None,
    },
    rev="1",
    created_at=NOON,
    updated_at=NOON,
)
ABOUT = frozenset({"item", "value"})


@pytest.fixture(autouse=True)
def forgiven():
    yield
    INTERPRETER.forgive()


def evaluated(source: str, value=None):
    """Return what an expression that may be saved makes of the item."""
    return expression(source, ABOUT).value(ITEM, value)


@pytest.mark.parametrize(
    ("source", "result"),
    [
        ("item.title.upper()", "IT BREAKS"),
        ("item['System.Title']", "dotted"),
        ("f'{item.key} ({item.type}): {value}'", "P-1 (Bug): v"),
        ("item.body", "**bold**"),
        ("'Production' if 'prod' in item.labels else 'Test'", "Production"),
        ("{one for one in item.labels if not one.startswith('int-')}", frozenset({"prod"})),
        ("item.owner.name", "Ann"),
        ("item.owner", Person("7", "Ann", "ann@example.org")),
        ("item.points * 2", Decimal("3.0")),
        ("0.5", Decimal("0.5")),
        ("len(item.title) > 3", True),
        ("item.due + timedelta(days=1)", date(2026, 2, 4)),
        ("datetime(2026, 1, 1)", datetime(2026, 1, 1, tzinfo=UTC)),
        ("item.nothing or 'none'", "none"),
        ("item.nothing", None),
        ("re.sub('e+', 'E', item.title)", "It brEaks"),
        ("(\n  item.title\n  .lower()\n)", "it breaks"),
        ("[x := 1, x + 1][1]", 2),
    ],
)
def test_gives_a_value_of_ours(source, result):
    assert evaluated(source, "v") == result


def test_chooses_elements_of_a_set():
    keep = expression("not x.startswith('int-')", frozenset({"x"}))

    assert keep.kept(frozenset({"prod", "int-1", "int-2"})) == {"prod"}
    assert keep.kept(frozenset()) == frozenset()


def test_knows_which_fields_it_needs():
    needed = expression("item.title + item['System.Title'] + item.key", ABOUT).fields()

    assert needed == {"title", "System.Title"}


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("nme", "line 1, column 1: “nme” is not known here; known are item, value"),
        ("(1 +\n nme)", "line 2, column 2: “nme” is not known"),
        ("1 +", "line 1, column "),
        ("x = 1", "line 1, column 3: invalid syntax"),
        ("import os", "line 1, column 1: invalid syntax"),
        ("1), (2", "line 1, column 2: unmatched ')'"),
        ("open('/etc/passwd')", "line 1, column 1: “open” is not known"),
        ("__import__('os')", "line 1, column 1: “__import__” is not known"),
        ("().__class__", "line 1, column 1: “__class__” is out of reach"),
        ("item", "line 1, column 1: ask the item for a field"),
        ("item[value]", "line 1, column 1: ask the item for a field"),
        ("[item := 1]", "line 1, column 1: “item” cannot be used as a name of your own"),
        ("'" + "a" * 2000 + "'", "line 1, column 1: is longer than 2000 characters"),
        ("(" * 900 + ")" * 900, "line 1, column 201: too many nested parentheses"),
        ("'\0'", "line 1, column 1: source code string cannot contain null bytes"),
    ],
)
def test_refuses_what_cannot_be_saved(source, message):
    with pytest.raises(SourceError) as refusal:
        expression(source, ABOUT)

    assert str(refusal.value).startswith(message)


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("item.nothing.upper()", "have what it is asked for (empty here: nothing)."),
        ("1 / 0", "The expression failed: line 1, column 1: it divides by zero."),
        ("(1,\n item.title + 1)", "line 2, column 2: these values do not go together."),
        ("int(item.title)", "line 1, column 1: a value does not have the form that is needed."),
        ("item.title[99]", "what it looks up is not there"),
        ("item.missing.name", "(empty here: missing)"),
        ("{'a': 1}", "its result is no value that a field can hold"),
        ("[1, 2]", "its result is no value that a field can hold"),
        ("lambda: 1", "its result is no value that a field can hold"),
        ("float('inf')", "its result is no number"),
    ],
)
def test_says_in_words_what_went_wrong_and_never_a_value(source, message):
    with pytest.raises(UntranslatableError) as failure:
        evaluated(source)

    assert message in str(failure.value)
    assert "breaks" not in str(failure.value)


BOMBS = {
    "endless loop": "exec('while True: pass')",
    "loop that catches all": (
        "exec('while True:\\n try:\\n  while True: pass\\n except BaseException: pass')"
    ),
    "hundred million iterations": "[0 for _ in range(10**4) for _ in range(10**4)]",
    "string": "'a' * 10**10",
    "padded string": "'a'.ljust(10**9)",
    "doubled string": "[s := 'a', [s := s + s for _ in range(40)]]",
    "list": "[0] * 10**10",
    "list of long strings": "['a' * 10**6] * 10**6",
    "chained maps": "[[a for b in range(5000)] for a in range(5000)]",
    "shared structure": "[x := [], [x := [x, x] for _ in range(60)], x][2]",
    "shared strings": "['a' * 10**6] * 1000",
    "big integers": "[n := 10, [n := n * n for _ in range(40)]]",
    "power": "9 ** 9 ** 9",
    "huge result": "10 ** 4000",
    "deep nesting": "-" * 1990 + "1",
    "long chain": "+".join(["1"] * 20_000),
    "brackets": "(" * 5000 + ")" * 5000,
    "recursion": "(lambda f: f(f))(lambda f: f(f))",
    "format": "'{:>999999999}'.format(1)",
    "regular expression": "re.match('(a|a)+$', 'a' * 60 + 'b') or [][0]",
    "regular expression of JSONata": "re.match('(a+)+$', 'a' * 28 + '!') or [][0]",
    "attributes": "().__class__.__base__.__subclasses__()",
    "files": "open('/etc/passwd').read()",
    "programs": "__import__('os').system('id')",
    "environment": "__import__('os').environ['PATH']",
    "sleep": "__import__('time').sleep(1000)",
    "clock": "datetime.now()",
    "print": "print('a' * 10**6)",
    "closed wrapper": "1)) or (lambda: (exec('while True: pass')",
}


def resident() -> int:
    """Return this process's memory in pages."""
    return int(Path("/proc/self/statm").read_text().split()[1])


@pytest.mark.parametrize("name", BOMBS)
def test_row_27_a_bomb_is_stopped_and_the_worker_unharmed(name):
    Expression("1").value(ITEM)
    before = resident()

    with pytest.raises(UntranslatableError):
        Expression(BOMBS[name]).value(ITEM)

    assert (resident() - before) * os.sysconf("SC_PAGE_SIZE") < 64 * 1024 * 1024
    assert evaluated("item.title") == "It breaks"


def test_row_27_a_bomb_in_a_set_is_stopped():
    with pytest.raises(UntranslatableError):
        Expression("[n := 10, [n := n * n for _ in range(40)]]").kept(frozenset({"a"}))


def test_an_expression_that_had_to_be_stopped_is_not_run_again_at_once():
    bomb = Expression(BOMBS["big integers"])
    with pytest.raises(UntranslatableError, match="ran away and was stopped"):
        bomb.value(ITEM)
    INTERPRETER.close()

    with pytest.raises(UntranslatableError, match="ran away and was stopped"):
        bomb.value(ITEM)

    assert not INTERPRETER.is_running


def test_workers_start_with_the_first_expression_only():
    INTERPRETER.close()

    needs = expression("item.title", ABOUT)

    assert not INTERPRETER.is_running
    assert needs.value(ITEM) == "It breaks"
    assert INTERPRETER.is_running


def test_a_fork_of_a_process_with_workers_says_so_instead_of_waiting():
    assert evaluated("item.title") == "It breaks"

    child = os.fork()
    if child == 0:
        try:
            INTERPRETER.pool()
        except FatalError:
            os._exit(0)
        os._exit(1)
    _, status = os.waitpid(child, 0)

    assert os.waitstatus_to_exitcode(status) == 0


def test_an_expression_is_read_once():
    assert expression("item.title", ABOUT) is expression("item.title", ABOUT)
