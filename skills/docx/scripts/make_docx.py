#!/usr/bin/env python3
"""Turns Markdown into a DOCX, with Python's standard library alone (ECMA-376, WordprocessingML)."""

import argparse
import re
import sys
import time
import zipfile
from typing import List
from xml.sax.saxutils import escape

from markdown_blocks import Block, Span, parse, title_of

MAIN = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
# Sizes in twentieths of a point.
PAGES = {"a4": (11906, 16838), "letter": (12240, 15840)}
MARGIN = 1134
BULLETS = 1
# XML 1.0, section 2.2: no document may have these.
REFUSED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")

CONTENT_TYPES = f"""{XML}<Types xmlns="{PACKAGE}/content-types">
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
<Default Extension="xml" ContentType="application/xml"/>
<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/>
<Override PartName="/word/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.styles+xml"/>
<Override PartName="/word/numbering.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.numbering+xml"/>
<Override PartName="/docProps/core.xml" ContentType="application/vnd.openxmlformats-package.core-properties+xml"/>
</Types>"""

RELATIONSHIPS = f"""{XML}<Relationships xmlns="{PACKAGE}/relationships">
<Relationship Id="rId1" Type="{OFFICE}/officeDocument" Target="word/document.xml"/>
<Relationship Id="rId2" Type="{PACKAGE}/relationships/metadata/core-properties" Target="docProps/core.xml"/>
</Relationships>"""

DOCUMENT_RELATIONSHIPS = f"""{XML}<Relationships xmlns="{PACKAGE}/relationships">
<Relationship Id="rId1" Type="{OFFICE}/styles" Target="styles.xml"/>
<Relationship Id="rId2" Type="{OFFICE}/numbering" Target="numbering.xml"/>
</Relationships>"""


def styles() -> str:
    headings = "".join(
        f'<w:style w:type="paragraph" w:styleId="Heading{level}"><w:name w:val="heading {level}"/>'
        f'<w:basedOn w:val="Normal"/><w:next w:val="Normal"/><w:qFormat/><w:pPr><w:keepNext/>'
        f'<w:spacing w:before="240" w:after="80"/><w:outlineLvl w:val="{level - 1}"/></w:pPr>'
        f'<w:rPr><w:b/><w:sz w:val="{size}"/></w:rPr></w:style>'
        for level, size in enumerate((40, 30, 25, 22, 21, 21), 1)
    )
    border = "".join(
        f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="A6A6A6"/>'
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    return (
        f'{XML}<w:styles xmlns:w="{MAIN}"><w:docDefaults><w:rPrDefault><w:rPr>'
        '<w:rFonts w:ascii="Calibri" w:hAnsi="Calibri" w:cs="Calibri" w:eastAsia="Calibri"/><w:sz w:val="21"/>'
        '</w:rPr></w:rPrDefault><w:pPrDefault><w:pPr><w:spacing w:after="120" w:line="276" w:lineRule="auto"/></w:pPr>'
        "</w:pPrDefault></w:docDefaults>"
        '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/><w:qFormat/></w:style>'
        f"{headings}"
        '<w:style w:type="paragraph" w:styleId="ListParagraph"><w:name w:val="List Paragraph"/><w:basedOn w:val="Normal"/>'
        '<w:pPr><w:spacing w:after="40"/><w:contextualSpacing/></w:pPr></w:style>'
        '<w:style w:type="paragraph" w:styleId="Quote"><w:name w:val="Quote"/><w:basedOn w:val="Normal"/>'
        '<w:pPr><w:ind w:left="567" w:right="567"/></w:pPr><w:rPr><w:i/></w:rPr></w:style>'
        '<w:style w:type="paragraph" w:styleId="Code"><w:name w:val="Code"/><w:basedOn w:val="Normal"/>'
        '<w:pPr><w:shd w:val="clear" w:color="auto" w:fill="F2F2F2"/><w:spacing w:after="0" w:line="240" w:lineRule="auto"/>'
        '</w:pPr><w:rPr><w:rFonts w:ascii="Courier New" w:hAnsi="Courier New" w:cs="Courier New"/><w:sz w:val="18"/></w:rPr></w:style>'
        f'<w:style w:type="table" w:styleId="Grid"><w:name w:val="Table Grid"/><w:tblPr><w:tblBorders>{border}</w:tblBorders>'
        "</w:tblPr></w:style></w:styles>"
    )


def numbering(lists: int) -> str:
    """One definition of bullets and one of numbers; each numbered list is one of its own, so that it begins anew."""

    def levels(format_: str, text: str) -> str:
        return "".join(
            f'<w:lvl w:ilvl="{level}"><w:start w:val="1"/><w:numFmt w:val="{format_}"/>'
            f'<w:lvlText w:val="{text.format(level + 1)}"/><w:lvlJc w:val="left"/>'
            f'<w:pPr><w:ind w:left="{360 * (level + 1)}" w:hanging="360"/></w:pPr></w:lvl>'
            for level in range(5)
        )

    numbered = "".join(
        f'<w:num w:numId="{BULLETS + number}"><w:abstractNumId w:val="1"/>'
        '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride></w:num>'
        for number in range(1, lists + 1)
    )
    return (
        f'{XML}<w:numbering xmlns:w="{MAIN}">'
        f'<w:abstractNum w:abstractNumId="0"><w:multiLevelType w:val="hybridMultilevel"/>{levels("bullet", "•")}</w:abstractNum>'
        f'<w:abstractNum w:abstractNumId="1"><w:multiLevelType w:val="hybridMultilevel"/>{levels("decimal", "%{}.")}</w:abstractNum>'
        f'<w:num w:numId="{BULLETS}"><w:abstractNumId w:val="0"/></w:num>{numbered}</w:numbering>'
    )


def run(text: str, style: str) -> str:
    properties = ""
    if style == "c":
        properties = '<w:rFonts w:ascii="Courier New" w:hAnsi="Courier New" w:cs="Courier New"/>'
    if "b" in style:
        properties += "<w:b/>"
    if "i" in style:
        properties += "<w:i/>"
    shown = escape(REFUSED.sub("", text))
    return f'<w:r>{f"<w:rPr>{properties}</w:rPr>" if properties else ""}<w:t xml:space="preserve">{shown}</w:t></w:r>'


def paragraph(spans: List[Span], style: str = "", more: str = "") -> str:
    named = f'<w:pStyle w:val="{style}"/>' if style else ""
    properties = f"<w:pPr>{named}{more}</w:pPr>" if named or more else ""
    return f'<w:p>{properties}{"".join(run(text, look) for text, look in spans)}</w:p>'


def table(rows: List[List[List[Span]]], room: int) -> str:
    width = room // len(rows[0])
    grid = f'<w:gridCol w:w="{width}"/>' * len(rows[0])

    def row(cells: List[List[Span]], is_head: bool) -> str:
        head = "<w:trPr><w:tblHeader/></w:trPr>" if is_head else ""
        shown = "".join(
            f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/></w:tcPr>'
            f'{paragraph([(text, "b" + style.strip("bc") if is_head else style) for text, style in cell])}</w:tc>'
            for cell in cells
        )
        return f"<w:tr>{head}{shown}</w:tr>"

    shown = "".join(row(cells, index == 0) for index, cells in enumerate(rows))
    # A table must be followed by a paragraph.
    return (
        f'<w:tbl><w:tblPr><w:tblStyle w:val="Grid"/><w:tblW w:w="{room}" w:type="dxa"/></w:tblPr>'
        f"<w:tblGrid>{grid}</w:tblGrid>{shown}</w:tbl><w:p/>"
    )


class Body:
    """The document's paragraphs and tables, in their order."""

    def __init__(self, page: str) -> None:
        self.page_width, self.page_height = PAGES[page]
        self.parts: List[str] = []
        self.lists = 0
        self.in_numbers = False

    def add(self, block: Block) -> None:
        is_numbered = block.kind == "item" and block.number > 0
        # A list goes on while there are items, nested bullets among them.
        if is_numbered and not self.in_numbers:
            self.lists += 1
        self.in_numbers = is_numbered or (self.in_numbers and block.kind == "item" and block.level > 0)
        self.parts.append(self.shown(block))

    def shown(self, block: Block) -> str:
        if block.kind == "heading":
            return paragraph(block.spans, f"Heading{block.level}")
        if block.kind == "item":
            number = BULLETS + self.lists if block.number else BULLETS
            place = f'<w:numPr><w:ilvl w:val="{block.level}"/><w:numId w:val="{number}"/></w:numPr>'
            return paragraph(block.spans, "ListParagraph", place)
        if block.kind == "quote":
            return paragraph(block.spans, "Quote")
        if block.kind == "code":
            return "".join(paragraph([(line, "")], "Code") for line in block.lines or [""]) + "<w:p/>"
        if block.kind == "table":
            return table(block.rows, self.page_width - 2 * MARGIN)
        if block.kind == "rule":
            line = '<w:bottom w:val="single" w:sz="6" w:space="1" w:color="A6A6A6"/>'
            return paragraph([], more=f"<w:pBdr>{line}</w:pBdr>")
        return paragraph(block.spans)

    def document(self) -> str:
        sides = " ".join(f'w:{side}="{MARGIN}"' for side in ("top", "right", "bottom", "left"))
        section = (
            f'<w:sectPr><w:pgSz w:w="{self.page_width}" w:h="{self.page_height}"/>'
            f'<w:pgMar {sides} w:header="567" w:footer="567" w:gutter="0"/></w:sectPr>'
        )
        return f'{XML}<w:document xmlns:w="{MAIN}"><w:body>{"".join(self.parts)}{section}</w:body></w:document>'


def core(title: str) -> str:
    made = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    return (
        f'{XML}<cp:coreProperties xmlns:cp="{PACKAGE}/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/" '
        'xmlns:dcterms="http://purl.org/dc/terms/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"<dc:title>{escape(REFUSED.sub('', title))}</dc:title>"
        f'<dcterms:created xsi:type="dcterms:W3CDTF">{made}</dcterms:created></cp:coreProperties>'
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("markdown", help="the file to read, in UTF-8")
    parser.add_argument("docx", help="the file to write")
    parser.add_argument("--page", choices=PAGES, default="a4", help="the size of the pages (default: a4)")
    parser.add_argument("--title", help="the document's title (default: its first heading)")
    options = parser.parse_args()
    try:
        with open(options.markdown, encoding="utf-8-sig") as source:
            blocks = parse(source.read())
    except (OSError, UnicodeDecodeError) as error:
        sys.exit(f"{options.markdown} cannot be read: {error}")
    if not blocks:
        sys.exit(f"{options.markdown} is empty: write the document into it first.")
    body = Body(options.page)
    for block in blocks:
        body.add(block)
    parts = {
        "[Content_Types].xml": CONTENT_TYPES,
        "_rels/.rels": RELATIONSHIPS,
        "word/document.xml": body.document(),
        "word/_rels/document.xml.rels": DOCUMENT_RELATIONSHIPS,
        "word/styles.xml": styles(),
        "word/numbering.xml": numbering(body.lists),
        "docProps/core.xml": core(options.title or title_of(blocks)),
    }
    with zipfile.ZipFile(options.docx, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name, content.encode("utf-8"))
    print(f"{options.docx}: {len(blocks)} paragraphs, lists and tables")


if __name__ == "__main__":
    main()
