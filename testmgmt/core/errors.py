"""Broken rules, in words that a tester can read; pages and the API show them, nobody else does."""


class DomainError(Exception):
    """A rule was broken; `field` names the input at fault, `code` is stable for programs."""

    code = "rule_broken"
    status = 400

    def __init__(self, message: str, *, field: str = "", code: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.field = field
        self.code = code or self.code


class NotFoundError(DomainError):
    """There is no such thing, or not for this person: the two look the same."""

    code = "not_found"
    status = 404


class ForbiddenError(DomainError):
    """The person sees the project but may not do this in it."""

    code = "forbidden"
    status = 403


class ConflictError(DomainError):
    """Somebody saved in between, or the state does not allow it any more."""

    code = "conflict"
    status = 409


class StaleRevisionError(DomainError):
    """The revision that was sent is not the present one."""

    code = "stale_revision"
    status = 412
