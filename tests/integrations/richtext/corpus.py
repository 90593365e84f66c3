"""Documents as people write them, one for each trap of the conversions, and what they say."""

from collections import Counter

from integrations.richtext import markdown
from integrations.richtext.tree import (
    Code,
    Heading,
    Image,
    List,
    Panel,
    Paragraph,
    Quote,
    Table,
    Text,
)

_LONG_PART = """\
## Round {n}

The **login** page of build `{n}.0` shows [the dialog](https://shop.example/login?try={n}) twice.

1. Open the page
   - as a guest
   - as *Ada*
2. Press "Sign in"

| Browser | Result |
| --- | --- |
| Firefox | fails |
| Chrome | passes {n} |

```python
assert response.status_code == {n}
```

> Seen again on Monday.

"""

DOCUMENTS = {
    "headings": "# One\n\n## Two #\n\nThree\n=====\n\nFour\n----\n\n###### Six `code`\n\n#hash",
    "nested lists": "- a\n  - b\n    - c\n      1. d\n      2. e\n- f\n\n7. g\n8. h",
    "mixed lists": "1. one\n   - bullet\n     1. deep\n2. two\n\n   second paragraph\n\n3) other",
    "lists in a row": "- a\n- b\n\n* c\n\n1. d\n\n1) e\n\n- \n- after an empty one",
    "tasks": "- [ ] open\n- [x] done\n  - [ ] below\n\n1. [x] numbered\n\n- [ ] a\n- plain",
    "table": (
        "| Name | Qty | Note |\n|:--|--:|:-:|\n| **a** | 1 | `x\\|y` |\n"
        "| [l](https://e.example) | | |"
    ),
    "ragged table": "| a | b |\n|---|---|\n| 1 |\n| 1 | 2 | 3 | 4 |\n| |",
    "headless table": "| | |\n|---|---|\n| a | b |",
    "code": (
        "```python\ndef f():\n    return '{code}' + `x`\n\n```\n\n    indented\n\n~~~\n```\n~~~"
    ),
    "code with macros": (
        "```\n{noformat} {quote}\n```\n\n```java\n{code}\n*a* [b|c]\n```\n\n```ts\nlet a\n```"
    ),
    "inline marks": (
        "*em* **strong** ~~gone~~ `code` ***both*** **a *b* c** *a**b**c* un*frigging*real"
    ),
    "marks at edges": (
        "**a!**b, x**(y)**z, ~~(a)~~b, **bold **, *a*. 2*3*4 snake_case_name __init__"
    ),
    "links": (
        '[a](https://e.example/x "Title") <https://e.example/?a=1&b=2> https://e.example/a_(b). '
        "[**b** c](https://e.example/(x)) <mail@e.example> [r]\n\n[r]: https://ref.example 'ref'"
    ),
    "images": (
        "![alt](https://e.example/a.png)\n\nText ![in *line*](https://e.example/b.png) more\n\n"
        "[![linked](https://e.example/c.png)](https://e.example)\n\n"
        "- ![item](https://e.example/d.png)"
    ),
    "quotes": "> one\n> two\n>\n> - item\n>\n> ```\n> code\n> ```\n\n> next",
    "nested quotes": (
        "> a\n>\n> > b\n> >\n> > > c\n>\n> d\n>\n> # Heading\n>\n> | x |\n> |---|\n> | y |"
    ),
    "hard breaks": "one  \ntwo\\\nthree\nsoft\n\n**bold\\\nbold** and\\\n- no list",
    "emoji": "Ship it 🚀 👩‍👩‍👧 :smile: ✅ (x) (/) :) ;)",
    "entities": "&lt;div&gt; &amp;amp; &copy; &#35; & &nbsp;x AT&T a&b;",
    "panels": (
        "> [!NOTE]\n> text\n\n> [!WARNING]\n>\n> - a\n> - b\n\n> [!CAUTION]\n> ```\n> c\n> ```"
    ),
    "colours and spans": (
        '<span style="color:red">red</span> {color:red}red{color} {panel}x{panel}'
    ),
    "mentions": "@ada please ask [~tom] and @[Vera](user:7), not ada@example.org",
    "right to left": "# שלום עולם\n\nعربي **غربي** `code` [קישור](https://e.example)\n\n- א\n- ב",
    "chinese and japanese": ("这是**重点**内容。これは**「太字」**です。한국어 *기울임*꼴 `代码`"),
    "stray markup": (
        "* not * a _ list_ ** x ~~ y ` z [ ] ( ) ![ ]( \\ \\* 1) 2. # > | a |\n+ b\n- "
    ),
    "like Jira": (
        "h1. Not\n\nbq. Not\n\n* star\n\n# number\n\n|| a || b ||\n\n{quote}q{quote} !a.png! "
        "??c?? -x- +y+ ^z^ \\\\ C:\\temp [a|http://x.example] {{mono}} ---- {*}b{*}\n\nh2. x"
    ),
    "rules": "a\n\n---\n\n***\n\nb\n\n- ___\n- c",
    "raw HTML": (
        "<div class='x'>\n<b>bold</b>\n</div>\n\n<!-- note --> <script>alert(1)</script>\n\na<br>b"
    ),
    "blanks": "\n\n\n  a   b  \n\n \t \n\nc\u00a0d \u3000\n\n\n",
    "list with everything": (
        "- text\n\n  ```sh\n  run\n  ```\n\n  > quoted\n\n  | a |\n  |---|\n  | b |\n\n  # Head\n"
        "- next\n  ---\n- last"
    ),
    "line ends": "a\r\nb\r\n\r\n- c\r\n- d\r\n\r\n```\r\ne\r\nf\r\n```\r\n",
    "control characters": "a\x00b\x07c\x1b[31mred\x7f\x85\u2028d\ufffe",
    "hostile links": (
        "[a](javascript:alert(1)) [b](data:text/html;base64,x) <javascript:x> "
        "![c](data:image/png,x) [d](JaVaScRiPt:x) [e](vbscript:x) [f](//x.example) [g](/local)"
    ),
    "long": "".join(_LONG_PART.format(n=n) for n in range(80)),
}


def inventory(md: str) -> Counter[tuple[str, ...]]:
    """Count everything that a document says: words, and what each word is part of."""
    counts: Counter[tuple[str, ...]] = Counter()
    todo = list(markdown.parse(md))
    while todo:
        block = todo.pop()
        counts += _facts(block)
        if isinstance(block, Quote | Panel):
            todo += block.blocks
        elif isinstance(block, List):
            todo += [inner for item in block.items for inner in item.blocks]
    return counts


def _facts(block):
    match block:
        case Paragraph(inlines):
            return _words(inlines)
        case Heading(level, inlines):
            return _words(inlines) + Counter([("heading", str(level))])
        case Code(text):
            return Counter([("code", text)])
        case List(items, start):
            kind = "bullet" if start is None else "number"
            return Counter(("entry", kind, str(item.is_done)) for item in items)
        case Table(head, rows):
            cells = [cell for row in (head, *rows) for cell in row if cell]
            return sum(map(_words, cells), Counter({("cell",): len(cells)}))
    return Counter()


def _words(inlines):
    words = Counter()
    for inline in inlines:
        match inline:
            case Text(text, marks, link):
                words.update(("word", word) for word in text.split())
                words.update((mark, word) for word in text.split() for mark in marks)
                words.update(("link", link.href, word) for word in text.split() if link)
            case Image(src, alt):
                words["image", src, alt] += 1
    return words
