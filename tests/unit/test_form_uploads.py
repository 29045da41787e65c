"""A posted form with files: they go into the file store as they arrive, however the bytes are cut."""

import hashlib
from collections.abc import AsyncIterable, AsyncIterator

import pytest
from multipart import MultipartError

from services.console.pages.forms.uploads import Posted, read_parts
from shared.files.port import FileTooLarge, StoredFile

BOUNDARY = "----b"
BODY = (
    '------b\r\nContent-Disposition: form-data; name="doc_type"\r\n\r\n照片\r\n'
    '------b\r\nContent-Disposition: form-data; name="rules_ref"; filename=""\r\n'
    "Content-Type: application/octet-stream\r\n\r\n\r\n"
    '------b\r\nContent-Disposition: form-data; name="file_ref"\r\n\r\nsha256:old\r\n'
    '------b\r\nContent-Disposition: form-data; name="file_ref"; filename="C:\\\\飞边.png"\r\n'
    "Content-Type: image/png\r\n\r\nABC\r\nDEF\r\n------b--\r\n"
).encode()


class Shelf:
    """A file store that keeps bytes in memory up to a limit."""

    def __init__(self, limit: int = 100) -> None:
        self.kept: dict[str, bytes] = {}
        self.limit = limit

    async def put(self, stream: AsyncIterable[bytes], name: str = "", declared: str = "") -> StoredFile:
        content = b""
        async for piece in stream:
            content += piece
            if len(content) > self.limit:
                raise FileTooLarge
        digest = hashlib.sha256(content).hexdigest()
        self.kept[name] = content
        return StoredFile(f"sha256:{digest}", digest, declared, len(content), True)


async def cut(body: bytes, size: int) -> AsyncIterator[bytes]:
    for start in range(0, len(body), size):
        yield body[start : start + size]


async def read(body: bytes, size: int, shelf: Shelf) -> Posted:
    return await read_parts(cut(body, size), BOUNDARY, shelf)


@pytest.mark.parametrize("size", [1, 7, 64, 10_000])
async def test_a_chosen_file_takes_the_place_of_the_one_before(size: int) -> None:
    shelf = Shelf()
    found = await read(BODY, size, shelf)
    assert shelf.kept == {"飞边.png": b"ABC\r\nDEF"}
    assert found.given == {
        "doc_type": ["照片"],
        "file_ref": [f"sha256:{hashlib.sha256(b'ABC\r\nDEF').hexdigest()}"],
        "file_ref~name": ["飞边.png"],
    }


MANY = (
    b'------b\r\nContent-Disposition: form-data; name="photos"\r\n\r\nsha256:old\r\n'
    b'------b\r\nContent-Disposition: form-data; name="photos~more"; filename="a.png"\r\n\r\nA\r\n'
    b'------b\r\nContent-Disposition: form-data; name="photos~more"; filename="b.png"\r\n\r\nBB\r\n------b--\r\n'
)


async def test_files_that_are_chosen_together_join_those_that_were_there() -> None:
    found = await read(MANY, 7, Shelf())
    first, second = (f"sha256:{hashlib.sha256(content).hexdigest()}" for content in (b"A", b"BB"))
    assert found.given["photos"] == ["sha256:old", first, second]
    assert (found.given[f"{first}~name"], found.given[f"{second}~name"]) == (["a.png"], ["b.png"])


async def test_one_of_several_files_that_is_too_large_is_named_by_its_list() -> None:
    found = await read(MANY, 7, Shelf(limit=1))
    assert found.too_large == ["photos"]
    assert len(found.given["photos"]) == 2


async def test_a_file_that_is_too_large_is_named_and_the_rest_is_read() -> None:
    found = await read(BODY, 7, Shelf(limit=3))
    assert found.too_large == ["file_ref"]
    assert found.given["doc_type"] == ["照片"]
    assert found.given["file_ref"] == ["sha256:old"]


async def test_a_form_that_breaks_off_is_no_form() -> None:
    with pytest.raises(MultipartError):
        await read(BODY[:-30], 64, Shelf())
