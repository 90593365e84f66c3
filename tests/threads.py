"""A database that threads can share."""

import sqlite3
from contextlib import closing

import pytest
from django.db import connection, connections


@pytest.fixture
def threads_database(transactional_db, tmp_path):
    """Let each thread have a connection of its own: SQLite in memory has one for all."""
    if connection.vendor != "sqlite":
        yield
        return
    connection.ensure_connection()  # once a browser runs, asgiref gives a new one here
    file = tmp_path / "threads.sqlite3"
    with closing(sqlite3.connect(file)) as copy:
        connection.connection.backup(copy)
    memory, shared = connections["default"], connections.settings["default"]
    name, shared["NAME"] = shared["NAME"], str(file)
    connections["default"] = connections.create_connection("default")
    yield
    connections["default"].close()
    connections["default"], shared["NAME"] = memory, name  # before anything closes `memory` by name
