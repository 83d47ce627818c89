#!/usr/bin/env python3
"""Turns Markdown into a PDF, with Python's standard library alone (ISO 32000-1, standard 14 fonts)."""

import argparse
import functools
import sys
import time
import unicodedata
import zlib
from typing import Iterable, List, Tuple

from markdown_blocks import Block, Span, parse, title_of

PAGES = {"a4": (595.28, 841.89), "letter": (612.0, 792.0)}
MARGIN = 56.7
SIZES = {1: 20.0, 2: 15.0, 3: 12.5, 4: 11.0, 5: 10.5, 6: 10.5}
BODY = 10.5
CODE = 9.0
LEADING = 1.4
FONTS = {"": "Helvetica", "b": "Helvetica-Bold", "i": "Helvetica-Oblique", "bi": "Helvetica-BoldOblique", "c": "Courier"}
NAMES = {"": "F1", "b": "F2", "i": "F3", "bi": "F4", "c": "F5"}

# Of the characters from the space to the tilde, in thousandths of the font's size (Adobe's font metrics).
PLAIN = (
    "278 278 355 556 556 889 667 191 333 333 389 584 278 333 278 278 556 556 556 556 556 556 556 556 556 556 278 278 584 "
    "584 584 556 1015 667 667 722 722 667 611 778 722 278 500 667 556 833 722 778 667 778 722 667 611 722 667 944 667 667 "
    "611 278 278 278 469 556 333 556 556 500 556 556 278 556 556 222 222 500 222 833 556 556 556 556 333 500 278 556 500 "
    "722 500 500 500 334 260 334 584"
)
BOLD = (
    "278 333 474 556 556 889 722 238 333 333 389 584 278 333 278 278 556 556 556 556 556 556 556 556 556 556 333 333 584 "
    "584 584 611 975 722 722 722 722 667 611 778 722 278 556 722 611 833 722 778 667 778 722 667 611 722 667 944 667 667 "
    "611 333 278 333 584 556 333 556 611 556 611 556 333 611 611 278 278 556 278 889 611 611 611 611 389 556 333 611 556 "
    "778 556 556 500 389 280 389 584"
)
WIDTHS = {"": [int(width) for width in PLAIN.split()], "b": [int(width) for width in BOLD.split()]}
OTHER_WIDTHS = {"—": 1000, "–": 556, "…": 1000, "•": 350, "‘": 222, "’": 222, "“": 333, "”": 333, "°": 400, "·": 278}

replaced = set()


def encode(text: str) -> bytes:
    """The fonts have what WinAnsiEncoding has; what they do not have becomes the nearest letter, or a question mark."""
    out = bytearray()
    for char in text:
        try:
            out += char.encode("cp1252")
        except UnicodeEncodeError:
            near = unicodedata.normalize("NFKD", char).encode("ascii", "ignore")
            replaced.add(char)
            out += near or b"?"
    return bytes(out)


def width(text: str, style: str, size: float) -> float:
    return sum(char_width(char, style) for char in text) * size / 1000


@functools.lru_cache(maxsize=4096)
def char_width(char: str, style: str) -> int:
    if style == "c":
        return 600 * len(encode(char))
    if char in OTHER_WIDTHS:
        return OTHER_WIDTHS[char]
    base = unicodedata.normalize("NFKD", char)[:1]
    return WIDTHS["b" if "b" in style else ""][ord(base) - 32] if " " <= base <= "~" else 611


def fitting(word: str, style: str, size: float, room: float) -> int:
    """How many characters of a word fit."""
    used = 0.0
    for at, char in enumerate(word):
        used += width(char, style, size)
        if used > room:
            return at
    return len(word)


def words(spans: Iterable[Span]) -> List[Span]:
    """Cut after every space, so that a line may end there."""
    cut: List[Span] = []
    for text, style in spans:
        rest = text
        while rest:
            end = rest.find(" ") + 1 or len(rest)
            cut.append((rest[:end], style))
            rest = rest[end:]
    return cut


def wrap(spans: Iterable[Span], size: float, room: float) -> List[List[Span]]:
    lines: List[List[Span]] = [[]]
    used = 0.0
    pending = words(spans)[::-1]
    while pending:
        word, style = pending.pop()
        text = word.rstrip(" ")
        fits = fitting(text, style, size, room - used)
        if fits < len(text) and lines[-1]:
            lines.append([])
            used = 0.0
            pending.append((word, style))
            continue
        if fits < len(text):
            pending.append((word[max(fits, 1) :], style))
            word = word[: max(fits, 1)]
        lines[-1].append((word, style))
        used += width(word, style, size)
    return lines


class Writer:
    """Lays blocks out on pages, from the top of each to its bottom."""

    def __init__(self, page: Tuple[float, float]) -> None:
        self.page_width, self.page_height = page
        self.room = self.page_width - 2 * MARGIN
        self.pages: List[List[bytes]] = []
        self.y = 0.0

    def need(self, height: float) -> None:
        if not self.pages or self.y - height < MARGIN:
            self.pages.append([])
            self.y = self.page_height - MARGIN

    def draw(self, operators: str) -> None:
        self.pages[-1].append(operators.encode("ascii"))

    def text(self, spans: List[Span], x: float, y: float, size: float, page: int = -1) -> None:
        parts = [f"BT {x:.2f} {y:.2f} Td".encode("ascii")]
        for text, style in spans:
            escaped = encode(text).replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")
            parts.append(f"/{NAMES[style]} {size:.1f} Tf ".encode("ascii") + b"(" + escaped + b") Tj")
        self.pages[page].append(b" ".join([*parts, b"ET"]))

    def lines(self, lines: List[List[Span]], size: float, indent: float = 0.0) -> None:
        for line in lines:
            self.need(size * LEADING)
            self.y -= size * LEADING
            self.text(line, MARGIN + indent, self.y + size * 0.3, size)

    def block(self, block: Block) -> None:
        if block.kind == "heading":
            self.heading(block)
        elif block.kind == "paragraph":
            self.lines(wrap(block.spans, BODY, self.room), BODY)
        elif block.kind == "item":
            self.item(block)
        elif block.kind == "quote":
            italic = [(text, style if style else "i") for text, style in block.spans]
            self.lines(wrap(italic, BODY, self.room - 40), BODY, indent=20)
        elif block.kind == "code":
            self.code(block.lines)
        elif block.kind == "table":
            self.table(block.rows)
        else:
            self.need(BODY)
            self.y -= BODY / 2
            self.draw(f"0.7 G 0.5 w {MARGIN:.2f} {self.y:.2f} m {MARGIN + self.room:.2f} {self.y:.2f} l S 0 G")
        if self.pages:
            self.y -= 2.0 if block.kind == "item" else 6.0

    def heading(self, block: Block) -> None:
        size = SIZES[block.level]
        bold = [(text, "bi" if "i" in style else "b") for text, style in block.spans]
        lines = wrap(bold, size, self.room)
        # Together with the line that follows it.
        self.need(size * (1 + LEADING * len(lines)) + BODY * LEADING)
        self.y -= size * 0.5
        self.lines(lines, size)

    def item(self, block: Block) -> None:
        indent = 16.0 * (block.level + 1)
        lines = wrap(block.spans, BODY, self.room - indent)
        mark = f"{block.number}." if block.number else "•"
        self.need(BODY * LEADING)
        y = self.y - BODY * LEADING + BODY * 0.3
        self.text([(mark, "")], MARGIN + indent - 6 - width(mark, "", BODY), y, BODY)
        self.lines(lines, BODY, indent)

    def code(self, lines: List[str]) -> None:
        for line in lines or [""]:
            for piece in wrap([(line, "c")], CODE, self.room - 12):
                self.need(CODE * LEADING)
                self.y -= CODE * LEADING
                self.draw(f"0.95 g {MARGIN:.2f} {self.y:.2f} {self.room:.2f} {CODE * LEADING:.2f} re f 0 g")
                self.text(piece, MARGIN + 6, self.y + CODE * 0.35, CODE)

    def table(self, rows: List[List[List[Span]]]) -> None:
        head = [[(text, "bi" if "i" in style else "b") for text, style in cell] for cell in rows[0]]
        rows = [head, *rows[1:]]
        # A little more than the text takes, whose width is a sum of rounded ones.
        wanted = [max(sum(width(*span, BODY) for span in row[at]) + 13 for row in rows) for at in range(len(head))]
        fair = self.room / len(head)
        over = sum(max(0.0, each - fair) for each in wanted)
        spare = sum(max(0.0, fair - each) for each in wanted)
        share = min(1.0, spare / over) if over else 0.0
        columns = [min(each, fair) + max(0.0, each - fair) * share for each in wanted]
        for row in rows:
            self.row([wrap(cell, BODY, room - 12) for cell, room in zip(row, columns)], columns)

    def row(self, cells: List[List[List[Span]]], columns: List[float]) -> None:
        height = BODY * LEADING
        count = max(len(lines) for lines in cells)
        if count * height + 4 <= self.page_height - 2 * MARGIN:
            self.need(count * height + 4)
        at = 0
        # A row that is longer than a page goes on at the next.
        while at < count:
            self.need(height + 4)
            fit = min(count - at, max(1, int((self.y - MARGIN - 4) // height)))
            x = MARGIN
            for lines, room in zip(cells, columns):
                for index, line in enumerate(lines[at : at + fit]):
                    self.text(line, x + 6, self.y - 2 - (index + 1) * height + BODY * 0.3, BODY)
                x += room
            self.y -= fit * height + 4
            at += fit
        self.draw(f"0.7 G 0.5 w {MARGIN:.2f} {self.y:.2f} m {MARGIN + sum(columns):.2f} {self.y:.2f} l S 0 G")

    def footers(self) -> None:
        for index in range(len(self.pages)):
            text = f"{index + 1} / {len(self.pages)}"
            x = (self.page_width - width(text, "", 8.0)) / 2
            self.text([(text, "")], x, MARGIN / 2, 8.0, page=index)


def pdf_text(text: str) -> bytes:
    """A text outside of a page, in UTF-16 with its byte order mark (7.9.2.2)."""
    return b"<" + ("\ufeff" + text).encode("utf-16-be").hex().encode("ascii") + b">"


def assemble(writer: Writer, title: str) -> bytes:
    objects: List[bytes] = []

    def add(content: bytes) -> int:
        objects.append(content)
        return len(objects)

    fonts = {
        style: add(
            f"<< /Type /Font /Subtype /Type1 /BaseFont /{font} /Encoding /WinAnsiEncoding >>".encode("ascii")
        )
        for style, font in FONTS.items()
    }
    named = " ".join(f"/{NAMES[style]} {number} 0 R" for style, number in fonts.items())
    tree = len(objects) + 2 * len(writer.pages) + 1
    pages = []
    for drawn in writer.pages:
        packed = zlib.compress(b"\n".join(drawn), 9)
        head = f"<< /Length {len(packed)} /Filter /FlateDecode >>\nstream\n".encode("ascii")
        content = add(head + packed + b"\nendstream")
        box = f"[0 0 {writer.page_width:.2f} {writer.page_height:.2f}]"
        pages.append(
            add(
                f"<< /Type /Page /Parent {tree} 0 R /MediaBox {box} /Contents {content} 0 R "
                f"/Resources << /Font << {named} >> >> >>".encode("ascii")
            )
        )
    kids = " ".join(f"{page} 0 R" for page in pages)
    add(f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>".encode("ascii"))
    catalog = add(
        f"<< /Type /Catalog /Pages {tree} 0 R /ViewerPreferences << /DisplayDocTitle true >> >>".encode("ascii")
    )
    made = time.strftime("D:%Y%m%d%H%M%SZ", time.gmtime()).encode("ascii")
    info = add(b"<< /Title " + pdf_text(title) + b" /CreationDate (" + made + b") >>")

    out = bytearray(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n")
    places = []
    for number, content in enumerate(objects, 1):
        places.append(len(out))
        out += f"{number} 0 obj\n".encode("ascii") + content + b"\nendobj\n"
    start = len(out)
    out += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode("ascii")
    out += b"".join(f"{place:010d} 00000 n \n".encode("ascii") for place in places)
    out += f"trailer\n<< /Size {len(objects) + 1} /Root {catalog} 0 R /Info {info} 0 R >>\n".encode("ascii")
    out += f"startxref\n{start}\n%%EOF\n".encode("ascii")
    return bytes(out)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("markdown", help="the file to read, in UTF-8")
    parser.add_argument("pdf", help="the file to write")
    parser.add_argument("--page", choices=PAGES, default="a4", help="the size of the pages (default: a4)")
    parser.add_argument("--title", help="the document's title (default: its first heading)")
    options = parser.parse_args()
    try:
        with open(options.markdown, encoding="utf-8-sig") as source:
            blocks = parse(source.read())
    except (OSError, UnicodeDecodeError) as error:
        sys.exit(f"{options.markdown} cannot be read: {error}")
    if not blocks:
        sys.exit(f"{options.markdown} is empty: write the report into it first.")
    writer = Writer(PAGES[options.page])
    for block in blocks:
        writer.block(block)
    writer.footers()
    content = assemble(writer, options.title or title_of(blocks))
    with open(options.pdf, "wb") as target:
        target.write(content)
    print(f"{options.pdf}: {len(writer.pages)} pages, {len(content)} bytes")
    if replaced:
        print(f"The PDF's fonts do not have {''.join(sorted(replaced))}; something else stands there.", file=sys.stderr)


if __name__ == "__main__":
    main()
