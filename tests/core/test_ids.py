import pytest

from testmgmt.core.ids import read_id, read_ids


@pytest.mark.parametrize(
    ("text", "pk"), [("7", 7), ("", None), ("x", None), ("-1", None), ("9" * 19, None)]
)
def test_reads_an_id_that_a_column_can_hold(text, pk):
    assert read_id(text) == pk


def test_reads_several_ids():
    assert read_ids("1, 2,,3") == [1, 2, 3]
    assert read_ids("") == []


@pytest.mark.parametrize("text", ["1,x", "1;2", "9" * 19])
def test_refuses_what_is_no_id(text):
    with pytest.raises(ValueError, match="whole numbers"):
        read_ids(text)
