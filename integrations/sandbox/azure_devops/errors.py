"""What Azure DevOps refuses, in its own words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

_TRACKING = "Microsoft.TeamFoundation.WorkItemTracking.Server"
_WEB_API = "Microsoft.VisualStudio.Services.WebApi"
_RULE_ERROR = 600171
_RULE_EVENT = 3200


class VssError(Exception):
    """An answer that is not a success: status, message, and the name of the service's exception."""

    def __init__(
        self,
        status: int,
        message: str,
        type_key: str = "VssServiceException",
        *,
        namespace: str = _TRACKING,
        properties: Mapping[str, Any] | None = None,
        codes: tuple[int, int] = (0, 3000),
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.type_key = type_key
        self._namespace = namespace
        self._properties = properties
        self._codes = codes

    def body(self) -> dict[str, Any]:
        """Return the JSON of the refusal."""
        first: dict[str, Any] = {"$id": "1"}
        if self._properties is not None:
            first["customProperties"] = dict(self._properties)
        return {
            **first,
            "innerException": None,
            "message": self.message,
            "typeName": f"{self._namespace}.{self.type_key}, {self._namespace}",
            "typeKey": self.type_key,
            "errorCode": self._codes[0],
            "eventId": self._codes[1],
        }


class SignInError(VssError):
    """The caller is nobody; `is_known` where the token was once good."""

    def __init__(self, message: str, *, has_credentials: bool, is_known: bool = False) -> None:
        super().__init__(401, message, "AccessCheckException", namespace=_WEB_API)
        self.has_credentials = has_credentials
        self.is_known = is_known


@dataclass(frozen=True, slots=True)
class RuleError:
    """A rule that a field breaks; `flags` are the service's, such as `required, invalidEmpty`."""

    field: str
    message: str
    flags: str

    @classmethod
    def of(cls, field: str, name: str, *flags: str) -> "RuleError":
        """Return the common form, with the flags spelled out in the message."""
        codes = ", ".join(flag[0].upper() + flag[1:] for flag in flags)
        message = f"TF401320: Rule Error for field {name}. Error code: {codes}."
        return cls(field, message, ", ".join(flags))

    @classmethod
    def not_listed(cls, field: str, name: str, value: object) -> "RuleError":
        """Return what is said of a value outside a list."""
        message = (
            f"The field '{name}' contains the value '{value}' "
            "that is not in the list of supported values"
        )
        return cls(field, message, "hasValues, limitedToValues, invalidListValue")


def broken_rules(errors: Sequence[RuleError]) -> VssError:
    """Return the refusal of a work item that breaks rules; the first one gives the message."""
    first = errors[0]
    properties: dict[str, Any] = {
        "ErrorMessage": first.message,
        "FieldReferenceName": first.field,
        "FieldStatusFlags": first.flags,
    }
    if len(errors) > 1:
        listed = [
            {
                "fieldReferenceName": error.field,
                "fieldStatusFlags": error.flags,
                "errorMessage": error.message,
            }
            for error in errors
        ]
        properties = {"RuleValidationErrors": listed}
    return VssError(
        400,
        first.message,
        "RuleValidationException",
        properties=properties,
        codes=(_RULE_ERROR, _RULE_EVENT),
    )


def no_item(number: object) -> VssError:
    """Return what is said of a work item that is not there or not to be seen."""
    message = (
        f"TF401232: Work item {number} does not exist, or you do not have permissions to read it."
    )
    return VssError(404, message, "WorkItemUnauthorizedAccessException")


def no_project(name: str) -> VssError:
    """Return what is said of a project that is not there or not to be seen."""
    message = (
        f"TF200016: The following project does not exist: {name}. Verify that the name of the "
        "project is correct and that the project exists on the specified Azure DevOps Server."
    )
    return VssError(
        404,
        message,
        "ProjectDoesNotExistWithNameException",
        namespace="Microsoft.TeamFoundation.Core.WebApi",
    )


def no_type(name: str, project: str) -> VssError:
    """Return what is said of a type that a project does not have."""
    message = (
        f"VS402323: Work item type {name} does not exist in project {project} "
        "or you do not have permission to access it."
    )
    return VssError(404, message, "WorkItemTypeNotFoundException")


def no_field(name: str) -> VssError:
    """Return what is said of a field that nobody knows."""
    return VssError(
        400,
        f"TF51535: Cannot find field {name}.",
        "WorkItemTrackingFieldDefinitionNotFoundException",
    )


def not_allowed(message: str) -> VssError:
    """Return the refusal of a caller without the right."""
    return VssError(403, message, "WorkItemTrackingUnauthorizedOperationException")


def bad_request(message: str, type_key: str = "VssPropertyValidationException") -> VssError:
    """Return the refusal of a call that makes no sense."""
    return VssError(400, message, type_key)
