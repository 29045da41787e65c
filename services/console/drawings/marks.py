"""Copies of drawings that say on their face who took them out and when (B-27): the formats that people look at."""

import io
from collections.abc import Callable, Iterator, Mapping
from math import ceil, cos, radians, sin, tan
from typing import Any

from PIL import Image, ImageDraw, ImageFont, ImageOps, ImageSequence
from PIL.ImageFile import ImageFile
from pypdf import PageObject, PdfReader, PdfWriter
from pypdf.generic import DecodedStreamObject, DictionaryObject, FloatObject, NameObject

MOST_PIXELS = 200_000_000
"""An A0 sheet at 300 dots an inch has 139 million; what unpacks to more is taken for an attack."""
Image.MAX_IMAGE_PIXELS = None  # counted here, over all pages
_SHADE = 0.35
"""How dark the words are: read at a glance, and the lines below them stay readable."""
_GREY = 110
_DEGREES = 30
_ANGLE = radians(_DEGREES)
_LETTERS_ACROSS = 45
"""The size of a letter is the shorter side over this, and rows are twelve letters apart."""
_ROWS_APART = 12
_REPEATED = 6
"""Often enough to cross any page; what lies beyond its edge is not shown."""


class NotMarkable(Exception):
    """The file is broken, locked, too big or of a format that carries no mark."""


def marked(content: bytes, mime: str, words: str) -> bytes:
    """The same file in the same format with the words, in ASCII, over each page. Raises: NotMarkable."""
    mark = _MARKS.get(mime)
    if mark is None:
        raise NotMarkable(mime)
    try:
        return mark(content, words)
    except Exception as error:
        # Readers of strangers' files raise whatever they like.
        raise NotMarkable(f"{type(error).__name__}: {error}") from error


def _pdf(content: bytes, words: str) -> bytes:
    reader = PdfReader(io.BytesIO(content))
    if reader.is_encrypted and not reader.decrypt(""):
        raise NotMarkable("locked")
    writer = PdfWriter()
    for page in reader.pages:
        writer.add_page(page)
    for page in writer.pages:
        page.merge_page(_sheet(page, words), expand=False)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def _sheet(page: PageObject, words: str) -> PageObject:
    """A transparent page with the words in rows across what is seen of a page."""
    box = page.cropbox
    left, bottom, width, height = (float(one) for one in (box.left, box.bottom, box.width, box.height))
    size = max(7.0, min(width, height) / _LETTERS_ACROSS)
    turned = f"{cos(_ANGLE):.4f} {sin(_ANGLE):.4f} {-sin(_ANGLE):.4f} {cos(_ANGLE):.4f}"
    rows = "".join(
        f"{turned} {left:.1f} {bottom + below:.1f} Tm ({_row(words)}) Tj\n"
        for below in _starts(width, height, size * _ROWS_APART)
    )
    drawn = DecodedStreamObject()
    drawn.set_data(f"q /Mark gs {_SHADE} g BT /Words {size:.1f} Tf\n{rows}ET Q".encode("ascii"))
    sheet = PageObject.create_blank_page(width=left + width, height=bottom + height)
    sheet[NameObject("/Contents")] = drawn
    sheet[NameObject("/Resources")] = _named(Font=_named(Words=_FONT), ExtGState=_named(Mark=_TRANSPARENT))
    return sheet


def _row(words: str) -> str:
    escaped = words.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
    return "     ".join([escaped] * _REPEATED)


def _starts(width: float, height: float, step: float) -> list[float]:
    """Where rows begin on the left edge: those below the lower edge come into the page further right."""
    return [row * step for row in range(-ceil(width * tan(_ANGLE) / step), ceil(height / step))]


def _named(**values: DictionaryObject | NameObject | FloatObject) -> DictionaryObject:
    return DictionaryObject({NameObject(f"/{name}"): value for name, value in values.items()})


_FONT = _named(Type=NameObject("/Font"), Subtype=NameObject("/Type1"), BaseFont=NameObject("/Helvetica"))
_TRANSPARENT = _named(Type=NameObject("/ExtGState"), ca=FloatObject(_SHADE))


def _tiff(content: bytes, words: str) -> bytes:
    with Image.open(io.BytesIO(content), formats=["TIFF"]) as image:
        first, *others = _pages(image, words)
        return _saved(first, "TIFF", save_all=True, append_images=others, compression="tiff_lzw", **_density(image))


def _jpeg(content: bytes, words: str) -> bytes:
    # What a telephone takes may hold a second, smaller picture: only the first is shown anywhere.
    with Image.open(io.BytesIO(content), formats=["JPEG", "MPO"]) as image:
        return _saved(next(_pages(image, words)), "JPEG", quality=90, **_density(image))


def _png(content: bytes, words: str) -> bytes:
    with Image.open(io.BytesIO(content), formats=["PNG"]) as image:
        return _saved(next(_pages(image, words)), "PNG", **_density(image))


def _pages(image: ImageFile, words: str) -> Iterator[Image.Image]:
    """The marked pages, upright. Raises: NotMarkable."""
    pixels = 0
    for page in ImageSequence.Iterator(image):
        pixels += page.width * page.height
        if pixels > MOST_PIXELS or page.mode.startswith(("I", "F")):
            raise NotMarkable(f"{pixels} pixels of {page.mode}")
        clear = _on_white(ImageOps.exif_transpose(page))
        tile = _tile(words, max(9, min(clear.size) // _LETTERS_ACROSS))
        for left in range(0, clear.width, tile.width):
            for top in range(0, clear.height, tile.height):
                clear.paste(_GREY if clear.mode == "L" else (_GREY,) * 3, (left, top), tile)
        yield clear


def _on_white(page: Image.Image) -> Image.Image:
    """The page in grey or colour: two shades, palettes and transparency have no grey that could be mixed in."""
    if page.has_transparency_data:
        paper = Image.new("RGBA", page.size, "white")
        paper.alpha_composite(page.convert("RGBA"))
        return paper.convert("RGB")
    return page.convert("L" if page.mode in ("1", "L") else "RGB")


def _tile(words: str, size: int) -> Image.Image:
    """The words once, turned: how much grey is mixed in at each point."""
    font = ImageFont.load_default(size)
    left, top, right, bottom = font.getbbox(words)
    row = Image.new("L", (int(right - left) + 4 * size, int(bottom - top) + 2 * size))
    ImageDraw.Draw(row).text((2 * size - left, size - top), words, fill=round(255 * _SHADE), font=font)
    return row.rotate(_DEGREES, expand=True, resample=Image.Resampling.BILINEAR)


def _density(image: Image.Image) -> dict[str, Any]:
    """A sheet is printed as large as the original."""
    return {"dpi": image.info["dpi"]} if "dpi" in image.info else {}


def _saved(page: Image.Image, kind: str, **how: Any) -> bytes:
    out = io.BytesIO()
    page.save(out, kind, **how)
    return out.getvalue()


_MARKS: Mapping[str, Callable[[bytes, str], bytes]] = {
    "application/pdf": _pdf,
    "image/jpeg": _jpeg,
    "image/png": _png,
    "image/tiff": _tiff,
}
