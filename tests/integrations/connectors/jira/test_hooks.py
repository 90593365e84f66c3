import hashlib
import hmac
import json

import pytest

from integrations.base.errors import AuthFailedError
from integrations.base.items import Hint

BODY = json.dumps({"issue": {"id": "10042"}}).encode()


def test_gives_hints_of_a_signed_call(connector):
    signature = hmac.new(b"secret", BODY, hashlib.sha256).hexdigest()

    hints = connector.parse_hook({"X-Hub-Signature": f"sha256={signature}"}, BODY, b"secret")

    assert hints == [Hint("10042")]


def test_refuses_an_unsigned_call(connector):
    with pytest.raises(AuthFailedError):
        connector.parse_hook({}, BODY, b"secret")


def test_leaves_it_to_the_caller_where_there_is_no_secret(connector):
    assert connector.parse_hook({}, BODY, b"") == [Hint("10042")]
