"""Which connectors there are: one line each, loaded at first use."""

from collections.abc import Mapping
from functools import cache
from importlib import import_module

from integrations.base.connector import Connector

CONNECTORS: Mapping[str, str] = {
    "platform": "integrations.connectors.platform.connector:PlatformConnector",
    "memory": "integrations.connectors.memory.connector:MemoryConnector",
    "jira": "integrations.connectors.jira.connector:JiraConnector",
    "github": "integrations.connectors.github.connector:GitHubConnector",
    "azure_devops": "integrations.connectors.azure_devops.connector:AzureDevOpsConnector",
    "peer": "integrations.connectors.peer.connector:PeerConnector",
}


@cache
def connector_class(kind: str) -> type[Connector]:
    """Return the class of a kind of tracker; KeyError where there is none."""
    module, _, name = CONNECTORS[kind].partition(":")
    found: type[Connector] = getattr(import_module(module), name)
    return found
