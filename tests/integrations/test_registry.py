import pytest

from integrations.base.connector import Connector
from integrations.registry import CONNECTORS, connector_class


@pytest.mark.parametrize("kind", sorted(CONNECTORS))
def test_loads_every_connector(kind):
    found = connector_class(kind)

    assert issubclass(found, Connector)
    assert found.kind == kind
    assert found.label


def test_knows_no_other_kind():
    with pytest.raises(KeyError):
        connector_class("telepathy")
