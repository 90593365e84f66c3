"""Running text to wiki markup: marks nested, special characters escaped.

Which characters a backslash escapes, and where a mark may open and close, follows the renderer of
Jira: a mark opens after and closes before what is neither letter nor digit, or stands in braces.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from integrations.richtext.spans import Close, Mark, Open, Span, nested
from integrations.richtext.tree import CODE, EM, STRIKE, STRONG, Break, Image, Inline, Inlines, Text

_DELIMITERS = {STRONG: "*", EM: "_", STRIKE: "-"}

_SPECIAL = re.compile(
    r"[\\{}\[\]|!]|&(?=#?\w+;)|[*_+^~-]|\?\?+"
    r"|\((?=[ynixYX/!?*+-]\)|\*[rgby]\)|on\)|off\)|flag)|[:;](?=-?[()PD])"
)
_ENTITIES = {"\\": "&#92;", "&": "&amp;", ":": "&#58;", ";": "&#59;"}
_BAR = "&#124;"
_BLOCK_START = re.compile(r"\A(h[1-6]|bq)\.(?=\s)")
_NUMBER_START = re.compile(r"\A#(?=[*#-]*\s)")


def paragraph_text(inlines: Inlines) -> str:
    """Write a paragraph; a line end in wiki markup is a line break."""
    return "\n".join(_line(line, "|") or "\\\\" for line in _lines(inlines))


def line_text(inlines: Inlines) -> str:
    """Write text that must stay on one line, with forced breaks."""
    return "\\\\ ".join(_line(line, "|") for line in _lines(inlines))


def cell_text(inlines: Inlines) -> str:
    """Write a cell; a bar inside would end it."""
    return _line(inlines, _BAR)


def fit_inlines(inlines: Inlines) -> Inlines:
    """Return running text as wiki markup can hold it."""
    fitted: list[Inline] = []
    for inline in inlines:
        before = fitted[-1] if fitted else None
        if isinstance(before, Image) != isinstance(inline, Image) and _touch(before, inline):
            fitted.append(Text(" "))
        fitted.append(_fit_addresses(inline))
    return tuple(fitted)


def _touch(before: Inline | None, after: Inline) -> bool:
    """Whether a picture stands against a letter, where it would not be one."""
    edges = (before.text[-1] if isinstance(before, Text) else "") + (
        after.text[0] if isinstance(after, Text) else ""
    )
    return edges.isalnum()


def _fit_addresses(inline: Inline) -> Inline:
    """Encode the signs that end a link or a picture."""
    if isinstance(inline, Break):
        return inline
    if isinstance(inline, Image):
        inline = replace(inline, src=inline.src.replace("!", "%21"))
    link = inline.link
    if link is None:
        return inline
    href = link.href.replace("[", "%5B").replace("]", "%5D")
    return replace(inline, link=replace(link, href=href))


def _lines(inlines: Inlines) -> Iterator[list[Inline]]:
    line: list[Inline] = []
    for inline in inlines:
        if isinstance(inline, Break):
            yield line
            line = []
        else:
            line.append(inline)
    yield line


def _line(line: Sequence[Inline], bar: str) -> str:
    active: list[Mark] = []
    parts: list[str] = []
    spans = list(nested([(inline, _marks(inline)) for inline in line]))
    for span in spans:
        if isinstance(span, Open):
            active.append(span.mark)
        elif isinstance(span, Close):
            active.pop()
        parts.append(_part(span, "".join(_DELIMITERS[str(mark)] for mark in active), bar))
    text = "".join(_braced(spans, parts))
    if text.startswith("|"):
        return f"\\{text}"
    return _NUMBER_START.sub(r"\\#", _BLOCK_START.sub(r"\1&#46;", text))


def _marks(inline: Inline) -> frozenset[Mark]:
    return frozenset(inline.marks - {CODE}) if isinstance(inline, Text) else frozenset()


def _part(span: Span, active: str, bar: str) -> str:
    match span:
        case Open(mark) | Close(mark):
            return _DELIMITERS[str(mark)]
        case Image():
            return _image(span)
        case Text(text, marks, link) if link is not None:
            if text == link.href and CODE not in marks and not link.title:
                return f"[{text}]"
            label = _text(text, marks, active, _BAR)
            title = f"|{_escape(link.title, active, _BAR)}" if link.title else ""
            return f"[{label.replace(']', '&#93;')}|{link.href}{title.replace(']', '&#93;')}]"
        case Text(text, marks):
            return _text(text, marks, active, bar)
    return " "


def _text(text: str, marks: frozenset[str], active: str, bar: str) -> str:
    words = _escape(text, active, bar)
    return f"{{{{{words.replace('}', '&#125;')}}}}}" if CODE in marks else words


def _image(image: Image) -> str:
    labels = {"alt": image.alt, "title": image.title}
    words = ", ".join(f"{name}={_label(value)}" for name, value in labels.items() if value)
    picture = f"!{image.src}|{words}!" if words else f"!{image.src}!"
    return f"[{picture}|{image.link.href}]" if image.link else picture


def _label(words: str) -> str:
    return re.sub(r"[\\|!,=\[\]{}&]", lambda match: f"&#{ord(match[0])};", words)


def _escape(text: str, active: str, bar: str) -> str:
    def escaped(match: re.Match[str]) -> str:
        run = match[0]
        if run in _ENTITIES:
            return _ENTITIES[run]
        if run == "|":
            return bar
        if run in "}]" or (run not in active and _is_harmless(match, text)):
            return run
        return "".join(f"\\{char}" for char in run)

    return _SPECIAL.sub(escaped, text)


def _is_harmless(match: re.Match[str], text: str) -> bool:
    """Whether a sign inside a word, or between blanks, neither opens nor closes anything."""
    before = text[match.start() - 1 : match.start()]
    after = text[match.end() : match.end() + 1]
    if match[0] == "!":
        return before.isalnum() or after.isspace()
    if match[0] not in "*_+^~-":
        return False
    is_in_word = before.isalnum() and after.isalnum()
    return is_in_word or (before.isspace() and after.isspace())


def _braced(spans: Sequence[Span], parts: Sequence[str]) -> Iterator[str]:
    """Put braces around a mark that stands against a letter on its outer side."""
    for index, (span, part) in enumerate(zip(spans, parts, strict=True)):
        before = parts[index - 1][-1] if index else " "
        after = parts[index + 1][0] if index + 1 < len(parts) else " "
        match span:
            case Open():
                yield f"{{{part}}}" if before.isalnum() else part
            case Close():
                yield f"{{{part}}}" if after.isalnum() else part
            case Text(_, marks, None) if CODE in marks and (before + after).strip().isalnum():
                yield f"{{{{{{}}{part[2:-2]}{{}}}}}}"
            case _:
                yield part
