"""Marking by a child: what it makes, and what becomes of a file that it cannot take or takes too long over."""

import hashlib
import io
from collections.abc import AsyncIterator

import pytest
from PIL import Image

from services.console.drawings import apart
from services.console.drawings.apart import Marker
from shared.files.port import StoredFile


class OneFile:
    """A store of one file."""

    def __init__(self, content: bytes) -> None:
        self._content = content

    async def open(self, file_ref: str, start: int = 0, end: int | None = None) -> AsyncIterator[bytes]:
        """As the port says."""
        yield self._content[start:end]


async def copy_of(content: bytes, mime: str, size: int | None = None) -> bytes | None:
    """What the child makes of a file that claims this size."""
    digest = hashlib.sha256(content).hexdigest()
    stored = StoredFile(f"sha256:{digest}", digest, mime, len(content) if size is None else size)
    return await Marker(OneFile(content)).copy(stored, "CONFIDENTIAL li-si")  # type: ignore[arg-type]


def picture(width: int, height: int, mode: str = "1") -> bytes:
    out = io.BytesIO()
    Image.new(mode, (width, height), 1).save(out, "PNG")
    return out.getvalue()


@pytest.mark.proves("B-27")
async def test_a_child_marks_a_picture() -> None:
    content = picture(300, 200)
    copy = await copy_of(content, "image/png")
    assert copy is not None
    with Image.open(io.BytesIO(copy)) as shown:
        assert shown.size == (300, 200)
        assert shown.convert("L").getextrema()[0] < 230


@pytest.mark.parametrize(
    ("content", "mime"),
    [
        (b"%PDF-1.7 nonsense", "application/pdf"),
        (b"AC1032 model", "image/vnd.dwg"),
        (picture(30_000, 30_000), "image/png"),
    ],
)
async def test_what_carries_no_mark_has_no_copy(content: bytes, mime: str) -> None:
    assert await copy_of(content, mime) is None


async def test_a_large_file_is_not_even_read() -> None:
    assert await copy_of(picture(300, 200), "image/png", apart.MOST_BYTES + 1) is None


async def test_who_takes_too_long_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apart, "SECONDS", 0.05)
    assert await copy_of(picture(300, 200), "image/png") is None


async def test_a_child_that_dies_costs_the_copy_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apart, "_CHILD", "services.console.drawings.nowhere")
    assert await copy_of(picture(300, 200), "image/png") is None
