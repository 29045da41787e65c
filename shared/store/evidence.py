"""What rules may name besides aggregates: files in the file store and raw messages in INTAKE."""

from collections.abc import Iterable

from shared.files.port import FileMissing, FileStore, StoredFile
from shared.store.port import StoreUnavailable
from shared.store.raw import RawMessages


class StoredEvidence:
    """Keeps the promises of `Evidence`."""

    def __init__(self, files: FileStore, raw: RawMessages) -> None:
        self._files = files
        self._raw = raw

    async def missing_files(self, references: Iterable[str]) -> set[str]:
        """Those of the references that the file store does not hold. Raises: StoreUnavailable."""
        try:
            return await self._files.missing(references)
        except ConnectionError as error:
            raise StoreUnavailable("the keys cannot be reached") from error

    async def stored_file(self, reference: str) -> StoredFile | None:
        """Kind and size of a file, from its content. Raises: StoreUnavailable, FileDamaged."""
        try:
            return await self._files.describe(reference)
        except FileMissing:
            return None
        except ConnectionError as error:
            raise StoreUnavailable("the keys cannot be reached") from error

    async def has_raw(self, position: int) -> bool:
        """Whether INTAKE holds a message at this position. Raises: StoreUnavailable."""
        return await self._raw.has_raw(position)
