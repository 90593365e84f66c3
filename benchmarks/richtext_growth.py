"""How conversions of rich text grow: eight times the text should cost about eight times the CPU.

Counted calls are a test; this looks at seconds, where a slow regular expression would show. The
worst of all patterns and conversions is printed, the least of three passes each.
"""

import gc
import time
from collections.abc import Callable

from integrations.richtext import adf, gfm, html, markdown, wiki

SMALL, LARGE, PASSES = 3_000, 24_000, 3
PATTERNS = ["*", "**a ", "[a](", "``a", "> ", "- ", "|a|b|\n", "<a", "{quote}", "{{a", "*a_b-c+"]
PATTERNS += ["<div>", "<b><p>a", "<ul><li>a", "<tr><td colspan=99 rowspan=99>a", "<!--a", "@a "]
WAYS: dict[str, Callable[[str], object]] = {
    "canonical": markdown.canonical,
    "to ADF": adf.from_markdown,
    "to wiki": wiki.from_markdown,
    "from wiki": wiki.to_markdown,
    "from HTML": html.to_markdown,
    "GitHub": gfm.to_markdown,
}


def _cpu(way: Callable[[str], object], text: str) -> float:
    started = time.process_time()
    way(text)
    return time.process_time() - started


def _growth(way: Callable[[str], object], pattern: str) -> float:
    small, large = (pattern * (size // len(pattern)) for size in (SMALL, LARGE))
    least = [min(_cpu(way, text) for _ in range(PASSES)) for text in (small, large)]
    return least[1] / max(least[0], 1e-4)


def main() -> None:
    """Print the worst growth of each conversion."""
    gc.disable()  # a pause of the collector is no growth
    for name, way in WAYS.items():
        growth, pattern = max((_growth(way, pattern), pattern) for pattern in PATTERNS)
        print(f"{name:<10} at most {growth:4.1f} times for 8 times the text ({pattern!r})")


if __name__ == "__main__":
    main()
