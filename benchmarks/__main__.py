"""`make bench`: run every script in a fresh data folder and print what they measured."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path


def main() -> int:
    """Run all scripts one after the other; any failure fails the whole."""
    scripts = sorted(Path(__file__).parent.glob("[a-z]*.py"))
    worst = 0
    for script in scripts:
        print(f"\n== {script.stem}", flush=True)
        with tempfile.TemporaryDirectory() as folder:
            environment = {**os.environ, "DATA_DIR": folder}
            environment.pop("DATABASE_URL", None)
            command = [sys.executable, "-m", f"benchmarks.{script.stem}"]
            worst = max(worst, subprocess.run(command, env=environment, check=False).returncode)  # noqa: S603  our own scripts
    return worst


if __name__ == "__main__":
    sys.exit(main())
