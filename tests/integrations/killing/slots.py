"""What each worker publishes of itself, in memory that outlives it."""

import mmap
from pathlib import Path

SIZE = 256
PARTS = ("pid", "step", "task", "turn")


class Slot:
    """One worker's page: its process, its present step, the leases it holds."""

    def __init__(self, memory: mmap.mmap, number: int) -> None:
        self._memory = memory
        self._from = number * SIZE

    @classmethod
    def opened(cls, path: str, number: int) -> "Slot":
        with Path(path).open("r+b") as file:
            return cls(mmap.mmap(file.fileno(), 0), number)

    def publish(self, **parts: object) -> None:
        """Change some parts of the page at once."""
        page = "|".join(str(value) for value in {**self.read(), **parts}.values())
        self._memory[self._from : self._from + SIZE] = page.encode().ljust(SIZE)

    def read(self) -> dict[str, str]:
        """Return the page; its step is empty while the worker has nothing to do."""
        text = self._memory[self._from : self._from + SIZE].decode().strip("\0 ")
        values = text.split("|") if text else [""] * len(PARTS)
        return dict(zip(PARTS, values, strict=True))


def laid_out(path: Path, count: int) -> list[Slot]:
    """Make a file with an empty page for each worker."""
    path.write_bytes(bytes(SIZE * count))
    return [Slot.opened(str(path), number) for number in range(count)]
