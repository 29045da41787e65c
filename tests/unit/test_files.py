"""The file store in a folder: same bytes, same reference; nothing clear, nothing half."""

import asyncio
import hashlib
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from shared.files.folder import FolderFileStore
from shared.files.mime import media_type
from shared.files.port import FileDamaged, FileMissing, FileTooLarge, once, read_all
from shared.people.memory import MemoryKeyStore
from shared.people.ring import KeyRing
from shared.store.evidence import StoredEvidence

TEXT = "顶针断裂的记录\n".encode() * 20_000
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF" + bytes(100)


def store(folder: Path, kept: MemoryKeyStore | None = None, limit: int = 10_000_000) -> FolderFileStore:
    return FolderFileStore(folder, KeyRing(b"m" * 32, kept or MemoryKeyStore()), limit)


def files_in(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


async def pieces(content: bytes, size: int) -> AsyncIterator[bytes]:
    for start in range(0, len(content), size):
        yield content[start : start + size]


@pytest.mark.parametrize("size", [0, 1, 65535, 65536, 65537, 131072, 1_500_000])
async def test_what_is_stored_reads_back_whatever_its_size(tmp_path: Path, size: int) -> None:
    content = (b"0123456789abcdef" * (size // 16 + 1))[:size]
    files = store(tmp_path)
    stored = await files.put(pieces(content, 7000))
    assert stored.file_ref == f"sha256:{hashlib.sha256(content).hexdigest()}"
    assert stored.size_bytes == size
    assert await read_all(files, stored.file_ref) == content
    assert (await files.describe(stored.file_ref)).size_bytes == size


async def test_any_range_reads_alone(tmp_path: Path) -> None:
    files = store(tmp_path)
    stored = await files.put(once(TEXT))
    for start, end in ((0, 10), (65530, 65545), (100_000, 300_000), (len(TEXT) - 5, len(TEXT) + 5), (131072, 131072)):
        assert b"".join([piece async for piece in files.open(stored.file_ref, start, end)]) == TEXT[start:end]


async def test_no_byte_of_the_content_stands_clear_on_disk(tmp_path: Path) -> None:
    await store(tmp_path).put(once(TEXT), "王建国.txt")
    (only,) = files_in(tmp_path)
    assert "顶针".encode() not in only.read_bytes()
    assert "王建国" not in str(only)
    assert only.stat().st_mode & 0o077 == 0


async def test_the_same_bytes_twice_are_one_file(tmp_path: Path) -> None:
    files = store(tmp_path)
    first, second = await files.put(once(TEXT), "a.txt"), await files.put(once(TEXT), "../../b.txt")
    assert (first.created, second.created) == (True, False)
    assert first.file_ref == second.file_ref
    assert len(files_in(tmp_path)) == 1


async def test_the_same_bytes_at_once_from_two_processes_read_back(tmp_path: Path) -> None:
    kept = MemoryKeyStore()
    stores = [store(tmp_path, kept) for _ in range(8)]
    stored = await asyncio.gather(*(one.put(pieces(TEXT, 5000)) for one in stores))
    assert len({one.file_ref for one in stored}) == 1
    assert await read_all(store(tmp_path, kept), stored[0].file_ref) == TEXT
    assert len(files_in(tmp_path)) == 1


async def test_a_key_whose_file_never_came_is_used_for_the_next_try(tmp_path: Path) -> None:
    kept = MemoryKeyStore()
    files = store(tmp_path, kept)
    reference = f"sha256:{hashlib.sha256(TEXT).hexdigest()}"
    await KeyRing(b"m" * 32, kept).make_object_key(reference)
    assert await files.missing([reference]) == {reference}
    assert (await files.put(once(TEXT))).created
    assert await read_all(files, reference) == TEXT


async def test_a_stream_that_breaks_leaves_nothing(tmp_path: Path) -> None:
    async def broken() -> AsyncIterator[bytes]:
        yield TEXT
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        await store(tmp_path).put(broken())
    assert files_in(tmp_path) == []


async def test_a_file_over_the_limit_is_refused_and_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(FileTooLarge):
        await store(tmp_path, limit=1000).put(pieces(TEXT, 500))
    assert files_in(tmp_path) == []


async def test_drafts_of_a_crash_are_never_seen_and_swept_later(tmp_path: Path) -> None:
    files = store(tmp_path)
    (tmp_path / ".incoming").mkdir()
    (tmp_path / ".incoming" / "half").write_bytes(b"moldcare")
    assert files.sweep(time.time() - 3600) == 0
    assert files.sweep(time.time() + 3600) == 1


@pytest.mark.parametrize("name", ["sha256:../../etc/passwd", "sha256:" + "A" * 64, "/etc/passwd", ""])
async def test_a_reference_is_never_a_path(tmp_path: Path, name: str) -> None:
    files = store(tmp_path)
    assert await files.missing([name]) == {name}
    with pytest.raises(FileMissing):
        await read_all(files, name)


async def test_one_changed_byte_and_a_cut_tail_are_found(tmp_path: Path) -> None:
    files = store(tmp_path)
    stored = await files.put(once(TEXT))
    (path,) = files_in(tmp_path)
    whole = path.read_bytes()
    for wrong in (whole[:100] + bytes([whole[100] ^ 1]) + whole[101:], whole[: 32 + 65564 * 2], whole[:40]):
        path.write_bytes(wrong)
        with pytest.raises(FileDamaged):
            await read_all(files, stored.file_ref)


async def test_a_file_whose_key_is_gone_is_missing_and_can_be_stored_anew(tmp_path: Path) -> None:
    kept = MemoryKeyStore()
    stored = await store(tmp_path, kept).put(once(TEXT))
    kept.persons.clear()
    kept.objects.clear()
    files = store(tmp_path, kept)
    assert await files.missing([stored.file_ref]) == {stored.file_ref}
    assert (await files.put(once(TEXT))).created
    assert await read_all(files, stored.file_ref) == TEXT


@pytest.mark.parametrize(
    ("head", "name", "declared", "media"),
    [
        (JPEG, "x.txt", "text/plain", "image/jpeg"),
        (b"%PDF-1.7\n", "", "", "application/pdf"),
        (TEXT[:8192], "", "image/png", "text/plain"),
        (TEXT[:8191], "", "", "text/plain"),
        ("顶针断裂".encode("gb18030"), "", "", "text/plain"),
        (b"a,b\n1,2\n", "list.csv", "", "text/csv"),
        (b"<html><script>alert(1)</script>", "x.html", "text/html", "text/plain"),
        (b"ISO-10303-21;\nHEADER;", "core.stp", "", "model/step"),
        (b"MZ\x90\x00", "x.jpg", "image/jpeg", "application/x-msdownload"),
        (b"\x00\x01\x02\x03", "x.jpg", "image/jpeg", "application/octet-stream"),
        (b"", "x.jpg", "image/jpeg", "application/octet-stream"),
    ],
)
def test_the_media_type_comes_from_the_content(head: bytes, name: str, declared: str, media: str) -> None:
    assert media_type(head, name, declared) == media


async def test_rules_hear_kind_and_size_of_a_file_from_its_content(tmp_path: Path) -> None:
    files = store(tmp_path)
    stored = await files.put(once(JPEG), "report.pdf", "application/pdf")
    evidence = StoredEvidence(files, None)  # type: ignore[arg-type]
    found = await evidence.stored_file(stored.file_ref)
    assert found is not None
    assert (found.sha256, found.mime, found.size_bytes) == (hashlib.sha256(JPEG).hexdigest(), "image/jpeg", len(JPEG))
    assert await evidence.stored_file("sha256:" + "0" * 64) is None
