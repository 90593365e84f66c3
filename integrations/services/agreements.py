"""What our installation and another agreed on, read from the system that stands for the other."""

import json
from dataclasses import dataclass, field
from hashlib import sha256

from integrations.base.signing import derived
from integrations.engine.conflicts import Policy
from integrations.engine.replicas import HERE, THERE, Terms
from integrations.models import Peer, System

PEER = "peer"
PROTOCOL = 2


@dataclass(frozen=True, slots=True)
class Agreement:
    """A shared key, who invited whom, and how conflicts end; empty before anybody accepted."""

    key: bytes = field(repr=False)
    role: Peer.Role
    conflicts: Peer.Conflicts

    @property
    def own_key(self) -> bytes:
        """The key of our fingerprints and markers: the other can read its own values in them."""
        return derived(self.key, self.role.encode(), "peer sync")

    @property
    def terms(self) -> Terms:
        """What the engine has to know."""
        other = ({*Peer.Role} - {self.role}).pop()
        is_inviter = self.role is Peer.Role.INVITER
        wins_here = self.conflicts == ("inviter" if is_inviter else "invitee")
        policy = Policy.PREFER_A if wins_here else Policy.PREFER_B
        return Terms(
            key=derived(self.key, other.encode(), "peer sync"),
            tie=HERE if is_inviter else THERE,
            policy=Policy.NEWEST if self.conflicts is Peer.Conflicts.NEWEST else policy,
        )


def agreement_of(system: System) -> Agreement | None:
    """Return what was agreed on with the other installation, None where it is a tracker."""
    if system.kind != PEER:
        return None
    options = system.options
    return Agreement(
        key=bytes.fromhex(json.loads(system.credentials or "{}").get("key", "")),
        role=Peer.Role(options["role"]),
        conflicts=Peer.Conflicts(options["conflicts"]),
    )


def terms_hash(conflicts: str) -> str:
    """Return the hash of all that has to be alike on both sides."""
    contract = {"protocol": PROTOCOL, "conflicts": conflicts}
    return sha256(json.dumps(contract, sort_keys=True).encode()).hexdigest()
