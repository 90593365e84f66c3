"""What a project can hold: its types with their fields, options and states."""

from integrations.base.items import Schema, TypeSpec
from integrations.connectors.azure_devops.calls import Json
from integrations.connectors.azure_devops.shapes import is_for_people, type_spec
from integrations.connectors.azure_devops.site import Site


def described(site: Site, scope: str) -> Schema:
    """Describe the types of a project that people create."""
    types = site.client.types(scope)
    return Schema([_type(site, scope, type_) for type_ in types if is_for_people(type_)])


def _type(site: Site, scope: str, type_: Json) -> TypeSpec:
    name = str(type_["name"])
    states = type_.get("states") or site.client.states(scope, name)
    return type_spec(name, site.client.type_fields(scope, name), site.all_shapes, states)
