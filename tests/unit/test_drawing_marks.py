"""A drawing is read as a copy that names its reader on every page, in the format and size that it came in."""

import io
from collections.abc import Callable

import pytest
from PIL import Image, ImageChops
from pypdf import PageObject, PdfReader, PdfWriter
from pypdf.generic import RectangleObject

from services.console.drawings import marks
from services.console.drawings.marks import NotMarkable, marked

WORDS = "CONFIDENTIAL  wang-wu  2026-11-25 06:03 UTC  (0f1e2d3c)"


def sheet(mode: str = "RGB") -> Image.Image:
    """An empty sheet of A4 at 50 dots an inch."""
    return Image.new("RGB", (414, 585), "white").convert(mode)


def saved(image: Image.Image, kind: str, **how: object) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **how)
    return out.getvalue()


def drawing(*sizes: tuple[float, float], secret: str = "", turn: int = 0, cropped: bool = False) -> bytes:
    """A PDF with a page of each of these sizes."""
    writer = PdfWriter()
    for width, height in sizes:
        page = PageObject.create_blank_page(width=width, height=height)
        page.rotate(turn)
        if cropped:
            page.cropbox = RectangleObject((100, 50, width - 10, height - 10))
        writer.add_page(page)
    if secret:
        writer.encrypt(user_password=secret, owner_password="owner", algorithm="RC4-128")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def darkened(before: Image.Image, after: Image.Image) -> tuple[float, tuple[int, int, int, int] | None]:
    """The share of points that the mark made darker, and where they lie."""
    changed = ImageChops.difference(before.convert("L"), after.convert("L")).point(lambda one: 255 if one > 12 else 0)
    return changed.histogram()[255] / (changed.width * changed.height), changed.getbbox()


@pytest.mark.proves("B-27")
@pytest.mark.parametrize("turn", [0, 90])
@pytest.mark.parametrize("cropped", [False, True])
def test_every_page_of_a_pdf_names_its_reader(turn: int, cropped: bool) -> None:
    original = drawing((595, 842), (2384, 3370), turn=turn, cropped=cropped)
    copy = PdfReader(io.BytesIO(marked(original, "application/pdf", WORDS)))
    assert len(copy.pages) == 2
    for page, before in zip(copy.pages, PdfReader(io.BytesIO(original)).pages, strict=True):
        assert WORDS in page.extract_text()
        assert (page.mediabox, page.cropbox, page.rotation) == (before.mediabox, before.cropbox, before.rotation)


def test_a_pdf_that_opens_without_a_password_is_marked_and_a_locked_one_is_not() -> None:
    writer = PdfWriter(clone_from=io.BytesIO(drawing((595, 842))))
    writer.encrypt(user_password="", owner_password="owner", algorithm="RC4-128")
    out = io.BytesIO()
    writer.write(out)
    assert WORDS in PdfReader(io.BytesIO(marked(out.getvalue(), "application/pdf", WORDS))).pages[0].extract_text()
    with pytest.raises(NotMarkable):
        marked(drawing((595, 842), secret="s"), "application/pdf", WORDS)


@pytest.mark.proves("B-27")
@pytest.mark.parametrize(
    ("kind", "mode"),
    [("PNG", "RGB"), ("PNG", "RGBA"), ("PNG", "P"), ("PNG", "1"), ("JPEG", "RGB"), ("JPEG", "L"), ("JPEG", "CMYK")],
)
def test_a_picture_keeps_format_and_size_and_carries_the_words_all_over(kind: str, mode: str) -> None:
    original = sheet(mode)
    content = marked(saved(original, kind, dpi=(50, 50)), f"image/{kind.lower()}", WORDS)
    with Image.open(io.BytesIO(content)) as copy:
        assert (copy.format, copy.size) == (kind, original.size)
        assert tuple(round(float(one)) for one in copy.info["dpi"]) == (50, 50)
        share, box = darkened(sheet(), copy)
    assert 0.003 < share < 0.1
    assert box is not None
    assert box[2] - box[0] > 0.8 * original.width
    assert box[3] - box[1] > 0.8 * original.height


def test_what_is_transparent_is_paper() -> None:
    sketch = Image.new("RGBA", (414, 585), (0, 0, 0, 0))
    sketch.putpixel((200, 300), (0, 0, 0, 255))
    with Image.open(io.BytesIO(marked(saved(sketch, "PNG"), "image/png", WORDS))) as copy:
        assert copy.getpixel((0, 0)) == (255, 255, 255)
        assert copy.getpixel((200, 300)) < (150, 150, 150)
        assert darkened(sheet(), copy)[0] < 0.1


def test_every_page_of_a_scan_is_marked() -> None:
    scan = saved(sheet("1"), "TIFF", save_all=True, append_images=[sheet("1"), sheet("1")], compression="group4")
    with Image.open(io.BytesIO(marked(scan, "image/tiff", WORDS))) as copy:
        assert getattr(copy, "n_frames", 1) == 3
        for page in range(3):
            copy.seek(page)
            assert darkened(sheet(), copy)[0] > 0.003


def test_a_picture_taken_sideways_is_shown_upright() -> None:
    turned = Image.Exif()
    turned[0x0112] = 6
    with Image.open(io.BytesIO(marked(saved(sheet(), "JPEG", exif=turned), "image/jpeg", WORDS))) as copy:
        assert copy.size == (585, 414)
        assert copy.getexif().get(0x0112, 1) == 1


@pytest.mark.parametrize(
    ("mime", "content"),
    [
        ("image/vnd.dwg", lambda: b"AC1032"),
        ("application/pdf", lambda: b"%PDF-1.7\nnonsense"),
        ("application/pdf", lambda: drawing((595, 842))[:300]),
        ("image/png", lambda: saved(sheet(), "PNG")[:60]),
        ("image/png", lambda: saved(sheet(), "JPEG")),
        ("image/tiff", lambda: saved(Image.new("F", (9, 9)), "TIFF")),
        ("application/pdf", lambda: b""),
    ],
)
def test_what_cannot_be_marked_is_told_apart(mime: str, content: Callable[[], bytes]) -> None:
    with pytest.raises(NotMarkable):
        marked(content(), mime, WORDS)


def test_what_unpacks_to_too_much_is_not_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(marks, "MOST_PIXELS", 3 * 414 * 585)
    pages = {"save_all": True, "compression": "tiff_lzw"}
    fits = saved(sheet("L"), "TIFF", append_images=[sheet("L")] * 2, **pages)
    assert marked(fits, "image/tiff", WORDS)
    with pytest.raises(NotMarkable, match="pixels"):
        marked(saved(sheet("L"), "TIFF", append_images=[sheet("L")] * 3, **pages), "image/tiff", WORDS)
