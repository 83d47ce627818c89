"""Reads the Markdown that reports are written in: headings, paragraphs, lists, tables, quotes, code and rules."""

import re
from typing import Dict, List, NamedTuple, Tuple

# A piece of text and how it looks: '' plain, 'b' bold, 'i' italic, 'bi' both, 'c' code.
Span = Tuple[str, str]


class Block(NamedTuple):
    # heading, paragraph, item, quote, code, table or rule
    kind: str
    spans: List[Span] = []
    # Of a heading, 1 for the title; of an item, how deep it is nested, 0 for the outermost.
    level: int = 0
    # Of an item of a numbered list; 0 in a list of bullets.
    number: int = 0
    # Of code.
    lines: List[str] = []
    # Of a table; the first row is its head.
    rows: List[List[List[Span]]] = []


HEADING = re.compile(r"^(#{1,6})\s+(.*?)\s*#*$")
ITEM = re.compile(r"^(\s*)(?:[-*+]|(\d{1,9})[.)])\s+(.*)$")
RULE = re.compile(r"^\s*(?:(?:-\s*){3,}|(?:\*\s*){3,}|(?:_\s*){3,})$")
FENCE = re.compile(r"^\s*(```+|~~~+)")
TABLE_LINE = re.compile(r"^\s*\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?\s*$")
# What is emphasised ends within a paragraph's reach, so that no text takes long to read.
INLINE = re.compile(
    r"`([^`]+)`|\*\*\*(.{1,1000}?)\*\*\*|\*\*(.{1,1000}?)\*\*|(?<!\w)__(.{1,1000}?)__(?!\w)"
    r"|\*(\S(?:.{0,1000}?\S)?)\*|(?<!\w)_(\S(?:.{0,1000}?\S)?)_(?!\w)"
    r"|!?\[([^\]\[]{0,1000})\]\(([^()\s]+(?:\([^()\s]*\))?)(?:\s[^()]{0,1000})?\)"
)


def parse(text: str) -> List[Block]:
    lines = text.replace("\r\n", "\n").expandtabs(4).split("\n")
    blocks: List[Block] = []
    open_lines: List[str] = []
    open_kind: Dict[str, object] = {}

    def close() -> None:
        if open_lines:
            blocks.append(Block(spans=inline(" ".join(open_lines)), **open_kind))  # type: ignore[arg-type]
        open_lines.clear()

    def begin(first: str, **kind: object) -> None:
        close()
        open_kind.clear()
        open_kind.update(kind)
        open_lines.append(first)

    at = 0
    while at < len(lines):
        line = lines[at]
        fence = FENCE.match(line)
        heading = HEADING.match(line)
        item = ITEM.match(line)
        at += 1
        if fence:
            close()
            code = []
            while at < len(lines) and not lines[at].strip().startswith(fence.group(1)):
                code.append(lines[at])
                at += 1
            at += 1
            blocks.append(Block("code", lines=code))
        elif line.strip() == "":
            close()
        elif heading:
            close()
            blocks.append(Block("heading", inline(heading.group(2)), level=len(heading.group(1))))
        elif RULE.match(line):
            close()
            blocks.append(Block("rule"))
        elif "|" in line and at < len(lines) and "|" in lines[at] and TABLE_LINE.match(lines[at]):
            close()
            rows = [cells(line)]
            at += 1
            while at < len(lines) and "|" in lines[at]:
                rows.append(cells(lines[at]))
                at += 1
            width = len(rows[0])
            blocks.append(Block("table", rows=[(row + [[]] * width)[:width] for row in rows]))
        elif item:
            number = int(item.group(2)) if item.group(2) else 0
            begin(item.group(3), kind="item", level=min(len(item.group(1)) // 2, 4), number=number)
        elif line.lstrip().startswith(">"):
            quoted = line.lstrip()[1:].strip()
            if open_lines and open_kind.get("kind") == "quote":
                open_lines.append(quoted)
            else:
                begin(quoted, kind="quote")
        elif open_lines:
            open_lines.append(line.strip())
        else:
            begin(line.strip(), kind="paragraph")
    close()
    return blocks


def cells(line: str) -> List[List[Span]]:
    return [inline(cell.strip()) for cell in re.split(r"(?<!\\)\|", line.strip().strip("|"))]


def inline(text: str, style: str = "") -> List[Span]:
    spans: List[Span] = []
    at = 0
    for found in INLINE.finditer(text):
        add(spans, text[at : found.start()], style)
        code, both, bold, bold_too, italic, italic_too, label, target = found.groups()
        if code is not None:
            add(spans, code, "c")
        elif both is not None:
            spans.extend(inline(both, "bi"))
        elif bold is not None or bold_too is not None:
            spans.extend(inline(bold or bold_too, "bi" if "i" in style else "b"))
        elif italic is not None or italic_too is not None:
            spans.extend(inline(italic or italic_too, "bi" if "b" in style else "i"))
        else:
            add(spans, label if label in ("", target) else f"{label} ({target})", style)
            if label == "":
                add(spans, target, style)
        at = found.end()
    add(spans, text[at:], style)
    return spans


def add(spans: List[Span], text: str, style: str) -> None:
    if style != "c":
        text = re.sub(r"\\([\\`*_{}\[\]()#+\-.!|>])", r"\1", text)
    if text:
        spans.append((text, style))


def plain(spans: List[Span]) -> str:
    return "".join(text for text, _ in spans)


def title_of(blocks: List[Block]) -> str:
    """The first heading, for the document's own title."""
    return next((plain(block.spans) for block in blocks if block.kind == "heading"), "")
