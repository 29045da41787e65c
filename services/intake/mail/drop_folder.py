"""A folder that other programs drop messages into, one in a file: each is stored in INTAKE, then moved out of the way.

Nothing is remembered between two looks but sizes and times, so a crash between storing and moving costs a second
delivery of the same message, which INTAKE knows. File names are often subjects: they never stand in the log.
"""

import asyncio
import os
import stat
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import structlog
from msgspec import Struct

from services.intake.mail.storing import store
from shared.files.port import LIMIT
from shared.runtime.settings import BadSetting
from shared.store.port import StoreUnavailable
from shared.store.raw import RawMessages

TAKEN, REFUSED = "taken", "refused"
PAUSE = 1.0
"""Seconds between two looks at the folder."""
UNCHANGED = 2.0
"""Seconds for which a file must not have changed before it is taken."""
PARTIAL = (".part", ".partial", ".filepart", ".crdownload", ".download", ".tmp", ".temp", ".swp", "~")
"""How names end that programs give to files which they are still writing."""
_NAME_KEPT = 60
"""Characters of a name that fit behind a number whatever their bytes."""
_log = structlog.get_logger(__name__)


class Seen(Struct, frozen=True):
    """A file as it was at one look. Two that are equal are the same file with the same content."""

    inode: int
    size: int
    changed: int


class DropFolder:
    """Takes the files of one folder; any number of processes may do so at once."""

    def __init__(self, folder: Path, raw: RawMessages, unchanged: float = UNCHANGED) -> None:
        self._folder = folder
        self._raw = raw
        self._unchanged = unchanged
        self._since: dict[str, tuple[Seen, float]] = {}
        self._trouble = ""

    def open(self) -> None:
        """Make the folder and its two sub-folders. Raises: BadSetting."""
        try:
            for name in (TAKEN, REFUSED):
                (self._folder / name).mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise BadSetting(
                f"MOLDCARE_MAIL_FOLDER 不能使用 {self._folder} / cannot be used: {self._folder} ({error.strerror})"
            ) from error

    async def watch(self, pause: float = PAUSE) -> None:
        """Look again and again until cancelled. Whatever is away is waited for."""
        while True:
            try:
                await self.look()
                self._tell("")
            except (StoreUnavailable, OSError) as error:
                self._tell(type(error).__name__)
            except Exception as error:
                # The outermost loop of this way in: a defect costs a pause, never the messages that come later.
                _log.error("mail_folder_defect", kind=type(error).__name__, exc_info=error)
            await asyncio.sleep(pause * 5 if self._trouble else pause)

    def _tell(self, trouble: str) -> None:
        """Log once that it waits, and once that it goes on."""
        if trouble != self._trouble:
            self._trouble = trouble
            if trouble:
                _log.warning("mail_folder_waits", reason=trouble)
            else:
                _log.info("mail_folder_goes_on")

    async def look(self) -> None:
        """Take every file that has come to rest; one that gives trouble stays and does not keep the others back.

        Raises: StoreUnavailable; OSError when the folder, or at last one of its files, cannot be read or moved.
        """
        trouble: OSError | None = None
        for name, seen in await asyncio.to_thread(self._at_rest):
            try:
                await self._take(name, seen)
            except OSError as error:
                trouble = error
        if trouble is not None:
            raise trouble

    def _at_rest(self) -> list[tuple[str, Seen]]:
        """The files that have not changed for long enough, oldest first."""
        now, there = time.monotonic(), self._there()
        self._since = {
            name: before if (before := self._since.get(name)) is not None and before[0] == seen else (seen, now)
            for name, seen in there.items()
        }
        rested = [(name, seen) for name, (seen, since) in self._since.items() if now - since >= self._unchanged]
        return sorted(rested, key=lambda one: (one[1].changed, one[0]))

    def _there(self) -> dict[str, Seen]:
        found = {}
        with os.scandir(self._folder) as entries:
            for entry in entries:
                if entry.name.startswith(".") or entry.name.lower().endswith(PARTIAL):
                    continue
                seen = _seen(Path(entry.path))
                # An empty file is one that its writer has not got to yet.
                if seen is not None and seen.size:
                    found[entry.name] = seen
        return found

    async def _take(self, name: str, seen: Seen) -> None:
        if seen.size > LIMIT:
            await self._refuse(name, seen, "larger than 200 MB")
            return
        try:
            content = await asyncio.to_thread((self._folder / name).read_bytes)
        except FileNotFoundError:
            return
        except PermissionError:
            await self._refuse(name, seen, "may not be read")
            return
        stored, is_new = await store(self._raw, content)
        if await asyncio.to_thread(self._move, name, seen, TAKEN, stored.sequence):
            _log.info("mail_taken", way="folder", sequence=stored.sequence, is_new=is_new)

    async def _refuse(self, name: str, seen: Seen, reason: str) -> None:
        if await asyncio.to_thread(self._move, name, seen, REFUSED, seen.inode):
            _log.warning("mail_refused", way="folder", file=seen.inode, reason=reason)

    def _move(self, name: str, seen: Seen, to: str, number: int) -> bool:
        """Move a file under a number before its name, unless another process did or it has changed again.

        The position in INTAKE stands for the content, and the inode for the file, so nothing is overwritten but the
        same.
        """
        source = self._folder / name
        if _seen(source) != seen:
            return False
        try:
            source.rename(self._folder / to / f"{number}-{name[-_NAME_KEPT:]}")
        except FileNotFoundError:
            return False
        return True


@asynccontextmanager
async def watched(folder: DropFolder) -> AsyncIterator[None]:
    """The folder is watched while this is entered. Raises: BadSetting."""
    folder.open()
    watching = asyncio.create_task(folder.watch(), name="mail folder")
    try:
        yield
    finally:
        watching.cancel()
        await asyncio.wait([watching])


def _seen(path: Path) -> Seen | None:
    """The file as it is now; None for what is no plain file, or gone."""
    try:
        found = path.lstat()
    except FileNotFoundError:
        return None
    if not stat.S_ISREG(found.st_mode):
        return None
    return Seen(found.st_ino, found.st_size, found.st_mtime_ns)
