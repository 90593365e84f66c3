"""Start a sandbox tracker from the command line; it runs until it is told to stop."""

import argparse
import os
import signal
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from threading import Event
from types import FrameType

from integrations.sandbox.azure_devops.sandbox import SandboxAzureDevOps
from integrations.sandbox.github.sandbox import SandboxGitHub
from integrations.sandbox.jira.sandbox import FACES, SandboxJira
from integrations.sandbox.tracker import SandboxTracker

_VARIABLE = "SANDBOX_TOKENS"
Options = argparse.Namespace


def _azure_devops(tokens: Mapping[str, str], options: Options) -> SandboxTracker:
    return SandboxAzureDevOps(tokens, data=options.data, port=options.port)


def _jira(tokens: Mapping[str, str], options: Options) -> SandboxTracker:
    return SandboxJira(tokens, options.deployment, data=options.data, port=options.port)


def _github(tokens: Mapping[str, str], options: Options) -> SandboxTracker:
    return SandboxGitHub(tokens, data=options.data, port=options.port)


TRACKERS: Mapping[str, Callable[[Mapping[str, str], Options], SandboxTracker]] = {
    "azure-devops": _azure_devops,
    "github": _github,
    "jira": _jira,
}


def main(arguments: Sequence[str] | None = None) -> None:
    """Run a tracker until SIGTERM or SIGINT."""
    options = _parser().parse_args(arguments)
    tokens = read_tokens(_token_text(options.tokens_file))
    stop = Event()

    def end(_: int, __: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    with TRACKERS[options.tracker](tokens, options) as sandbox:
        if options.seed and sandbox.is_empty():
            sandbox.plant()
        sys.stdout.write(f"Sandbox {sandbox.title} at {sandbox.url}\n")
        sys.stdout.flush()
        stop.wait()


def read_tokens(text: str) -> Mapping[str, str]:
    """Read `name=token` pairs with blanks, commas or line ends between them."""
    pairs = [pair.partition("=") for pair in text.replace(",", " ").split()]
    if any(not name or not token for name, _, token in pairs):
        raise SystemExit(f"{_VARIABLE} must hold pairs like: sync=SECRET admin=SECRET")
    return {name: token for name, _, token in pairs}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("python -m integrations.sandbox", description=__doc__)
    parser.add_argument("--port", type=int, default=8090, help="0 takes a free one")
    parser.add_argument("--data", type=Path, help="folder to keep everything in (default: memory)")
    parser.add_argument("--tracker", choices=sorted(TRACKERS), default="jira")
    parser.add_argument(
        "--deployment", choices=sorted(FACES), default="cloud", help="which Jira (default: cloud)"
    )
    parser.add_argument("--seed", action="store_true", help="begin with a few issues")
    parser.add_argument(
        "--tokens-file",
        type=Path,
        help=f"file with name=token pairs (default: the variable {_VARIABLE})",
    )
    return parser


def _token_text(path: Path | None) -> str:
    return path.read_text(encoding="utf-8") if path else os.environ.get(_VARIABLE, "")


if __name__ == "__main__":
    main()
