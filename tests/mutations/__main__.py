"""Runs the tests once for each safeguard that is missing; fails if nobody misses it."""

import os
import re
import subprocess
import sys
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "testmgmt.settings")
django.setup()

from tests.mutations.catalogue import MUTATIONS  # models need Django to be set up
from tests.mutations.plugin import NAME

ROOT = Path(__file__).resolve().parents[2]
FAILED = re.compile(r"^(?:FAILED|ERROR) \S+?::(.+?)(?: - .*)?$", re.MULTILINE)
ENOUGH = 3
GREEN, RED = 0, 1


def run(tests: tuple[str, ...], mutation: str = "") -> tuple[int, str]:
    """Run tests in a process of their own; return its code and all that it printed."""
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist"]
    command += ["-m", "not full", f"--maxfail={ENOUGH}", "--tb=no", *tests]
    if mutation:
        command += ["-p", "tests.mutations.plugin"]
    done = subprocess.run(
        command,
        cwd=ROOT,
        env={**os.environ, NAME: mutation},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def main(wanted: list[str]) -> int:
    """Print which tests miss which safeguard; 1 if a mutation survives."""
    chosen = [one for one in MUTATIONS if not wanted or one.name in wanted]
    code, output = run(tuple(sorted({test for one in chosen for test in one.tests})))
    if code != GREEN:
        print(f"Without a mutation the tests are not green.\n{output[-3000:]}")
        return 1
    survivors = 0
    for mutation in chosen:
        code, output = run(mutation.tests, mutation.name)
        caught = FAILED.findall(output)
        if code != RED or not caught:
            survivors += 1
            print(f"{mutation.name:22} SURVIVES (pytest ended with {code})\n{output[-2000:]}")
        for index, test in enumerate(caught):
            print(f"{'' if index else mutation.name:22} {test}", flush=True)
    print(f"\n{len(chosen)} safeguards taken out, {len(chosen) - survivors} missed by a test.")
    return 1 if survivors else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
