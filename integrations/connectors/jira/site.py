"""One Jira as far as we know it: which of the two it is, who we are there, what fields it has."""

from collections.abc import Iterable
from functools import cached_property
from urllib.parse import urlsplit

from integrations.base.auth import Auth
from integrations.base.config import ConfigField, SystemConfig
from integrations.base.http import ApiClient, Observer
from integrations.base.items import Want
from integrations.connectors.jira.client import CloudClient, ServerClient
from integrations.connectors.jira.dialect import JiraDialect
from integrations.connectors.jira.endpoints import Json, server_info
from integrations.connectors.jira.mapping import BASE_FIELDS, Reader, Shapes, Writer, person_id
from integrations.connectors.jira.richtext import DocumentFormat, Text, WikiMarkup
from integrations.connectors.jira.shapes import SYSTEM, shape_of
from integrations.connectors.jira.verify import CLOUD, DEPLOYMENT, SERVER, is_cloud
from integrations.connectors.jira.workflow import Workflows

_CLOUD_HOSTS = (".atlassian.net", ".jira-dev.com", "api.atlassian.com")
FIELDS = (
    ConfigField(
        name="username",
        label="E-mail address",
        help="Of the Atlassian account on Jira Cloud; leave empty for Data Center.",
        is_required=False,
        placeholder="sync@example.com",
    ),
    ConfigField(
        name="token",
        label="Token",
        help="An API token on Cloud, a personal access token on Data Center.",
        is_secret=True,
    ),
)


class Site:
    """Everything is asked at first need and kept for as long as the connector lives."""

    def __init__(self, system: SystemConfig, observer: Observer | None) -> None:
        self.system = system
        self._observer = observer
        self._names: dict[str, str] = {}

    @cached_property
    def anonymous(self) -> ApiClient:
        """The door without credentials."""
        return self._open(None)

    def client_for(self, is_on_cloud: bool) -> CloudClient | ServerClient:  # noqa: FBT001 - the answer of `is_cloud`
        """Return the client of Cloud or of Data Center, signed in."""
        username = self.system.credentials.get("username", "").strip()
        token = self.system.credentials.get("token", "").strip()
        http = self._open(Auth.basic(username, token) if username else Auth.bearer(token))
        return CloudClient(http) if is_on_cloud else ServerClient(http)

    @cached_property
    def client(self) -> CloudClient | ServerClient:
        """The client of the Jira that is there; what a test found out need not be asked again."""
        return self.client_for(self._is_on_cloud())

    @cached_property
    def us(self) -> str:
        """The id of our account."""
        return self.system.account_id or person_id(self.client.myself())

    @cached_property
    def workflows(self) -> Workflows:
        """What is known of the workflows."""
        return Workflows(self.client)

    @cached_property
    def reader(self) -> Reader:
        """The reader of this Jira's payloads."""
        base_url = self.system.base_url.rstrip("/")
        return Reader(self.system.id, base_url, self.us, self.text)

    @cached_property
    def writer(self) -> Writer:
        """The writer of this Jira's payloads."""
        return Writer(self.text, self._person)

    @cached_property
    def all_shapes(self) -> Shapes:
        """The shapes of all fields of the site."""
        described = {
            field["id"]: shape_of(field["id"], field["name"], field.get("schema") or {})
            for field in self.client.fields()
        }
        return {**described, **SYSTEM}

    def shapes(self, names: Iterable[str]) -> Shapes:
        """Return shapes that cover these fields; the system's own are known without a call."""
        return SYSTEM if set(names) <= set(SYSTEM) else self.all_shapes

    @staticmethod
    def columns(want: Want) -> list[str]:
        """Return the fields to ask for."""
        extra = {"comment"} if want.comments else set()
        extra |= {"attachment"} if want.attachments else set()
        return sorted({*BASE_FIELDS, *want.fields, *extra})

    @cached_property
    def text(self) -> Text:
        """The format of rich text that this Jira speaks."""
        return DocumentFormat() if isinstance(self.client, CloudClient) else WikiMarkup()

    def _is_on_cloud(self) -> bool:
        known = self.system.options.get(DEPLOYMENT)
        if known in {CLOUD, SERVER}:
            return bool(known == CLOUD)
        host = urlsplit(self.system.base_url).hostname or ""
        return host.endswith(_CLOUD_HOSTS) or is_cloud(server_info(self.anonymous).json())

    def _person(self, id_: str) -> Json:
        """Refer to somebody: Data Center knows people by a name that changes, we by their key."""
        if isinstance(self.client, CloudClient):
            return {"accountId": id_}
        if id_ not in self._names:
            self._names[id_] = self.client.user(id_)["name"]
        return {"name": self._names[id_]}

    def _open(self, auth: Auth | None) -> ApiClient:
        return ApiClient(
            self.system.base_url,
            auth,
            dialect=JiraDialect(),
            is_private_allowed=self.system.is_private_allowed,
            system=self.system,
            observer=self._observer,
        )
