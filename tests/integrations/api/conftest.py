"""Clients for the API: as somebody, with a token, as staff."""

import pytest
from rest_framework.test import APIClient

from testmgmt.accounts.services import create_token
from tests.factories.accounts import UserFactory


@pytest.fixture
def with_token():
    """Return a client that signs in with a token of somebody."""

    def client(user, *scopes, **more):
        _key, token = create_token(user=user, name="CI", scopes=list(scopes), **more)
        return APIClient(headers={"Authorization": f"Bearer {token}"})

    return client


@pytest.fixture
def root(db):
    """Return who administers the installation and belongs to no project."""
    return UserFactory(username="root", is_staff=True, is_superuser=True)


@pytest.fixture
def manager(db):
    """Return staff without superuser rights."""
    return UserFactory(username="manager", is_staff=True)
