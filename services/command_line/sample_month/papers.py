"""Small documents and pictures made in code, so that files of sample cases exist and their hashes hold.

The same words give the same bytes.
"""

import struct
import zlib
from collections.abc import Sequence
from functools import cache
from random import Random

_FONT = (
    b"<</Type/Font/Subtype/Type0/BaseFont/STSong-Light/Encoding/UniGB-UCS2-H/DescendantFonts[6 0 R]>>",
    b"<</Type/Font/Subtype/CIDFontType0/BaseFont/STSong-Light/DW 1000/FontDescriptor 7 0 R"
    b"/CIDSystemInfo<</Registry(Adobe)/Ordering(GB1)/Supplement 2>>>>",
    b"<</Type/FontDescriptor/FontName/STSong-Light/Flags 6/FontBBox[-25 -254 1000 880]/ItalicAngle 0"
    b"/Ascent 880/Descent -120/CapHeight 880/StemV 93>>",
)


def paper(title: str, lines: Sequence[str]) -> bytes:
    """A one-page PDF with a title and lines of text."""
    drawn = [b"BT /F1 18 Tf 60 780 Td <%s> Tj" % _hexadecimal(title)]
    drawn += [b"0 -26 Td /F1 11 Tf <%s> Tj" % _hexadecimal(line) for line in lines[:26]]
    content = zlib.compress(b"\n".join([*drawn, b"ET"]), 9)
    objects = (
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d/Filter/FlateDecode>>stream\n%s\nendstream" % (len(content), content),
        *_FONT,
    )
    body, places = b"%PDF-1.4\n", []
    for number, one in enumerate(objects, 1):
        places.append(len(body))
        body += b"%d 0 obj%s endobj\n" % (number, one)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(objects) + 1
    return body + b"xref\n0 %d\n0000000000 65535 f \n%strailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (
        size,
        table,
        size,
        len(body),
    )


def _hexadecimal(text: str) -> bytes:
    return text.encode("utf-16-be").hex().encode()


def _png(width: int, height: int, rows: Sequence[bytes]) -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    pixels = zlib.compress(b"".join(b"\0" + row for row in rows), 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


@cache
def strokes(name: str) -> bytes:
    """A signature as a small picture; the same hand signs the same way."""
    width, height, chance = 220, 80, Random(f"strokes {name}")
    canvas = [bytearray(b"\xff" * width) for _ in range(height)]
    x, y = 15.0, 40.0
    while x < width - 15:
        to_x, to_y = x + chance.uniform(4, 16), chance.uniform(15, 65)
        for part in range(40):
            column, row = int(x + (to_x - x) * part / 40), int(y + (to_y - y) * part / 40)
            for thick in (0, 1):
                canvas[min(row + thick, height - 1)][min(column, width - 1)] = 20
        x, y = to_x, to_y
    return _png(width, height, [bytes(row) for row in canvas])


@cache
def picture(name: str) -> bytes:
    """A photograph of a mould, or what stands for one: bands of grey with a mark."""
    width, height, chance = 160, 120, Random(f"picture {name}")
    bands = [chance.randrange(60, 200) for _ in range(12)]
    spot_x, spot_y = chance.randrange(30, 130), chance.randrange(30, 90)
    rows = []
    for y in range(height):
        row = bytearray([bands[y // 10]] * width)
        if abs(y - spot_y) < 8:
            row[spot_x - 8 : spot_x + 8] = b"\x10" * 16
        rows.append(bytes(row))
    return _png(width, height, rows)
