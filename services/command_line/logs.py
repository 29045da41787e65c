"""Log lines as JSON in `log/`: what happened and to which id, never what a person said or is called.

What a line concerns (case, command, trace) is bound by the loops that take commands, events and requests in.
"""

import logging
import sys
import traceback
from collections.abc import Iterator, MutableMapping
from pathlib import Path
from typing import Any, TextIO

import msgspec
import structlog

LARGEST = 32 * 1024 * 1024
"""Bytes after which a log file is put aside; one old file is kept."""
_json = msgspec.json.Encoder(enc_hook=lambda value: type(value).__name__)


def log_to(folder: Path, name: str = "moldcare") -> None:
    """Send every log line of this process to `<folder>/<name>.log`."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    file = LogFile(folder / f"{name}.log")
    _configure(structlog.WriteLoggerFactory(file))  # type: ignore[arg-type]
    handler = logging.StreamHandler(file)
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(processors=OTHERS))
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)


class LogFile:
    """Lines at the end of a file, which is put aside when it has grown too large."""

    def __init__(self, path: Path, largest: int = LARGEST) -> None:
        self._path = path
        self._largest = largest
        self._file = self._opened()

    def _opened(self) -> TextIO:
        file = self._path.open("a", encoding="utf-8", buffering=1)
        self._size = self._path.stat().st_size
        return file

    def write(self, line: str) -> None:
        """One line, with its end."""
        if self._size > self._largest:
            self._file.close()
            self._path.replace(self._path.with_suffix(".log.1"))
            self._file = self._opened()
        self._file.write(line)
        # Whoever collects the lines meets the limit a little early or late: characters are counted, not bytes.
        self._size += len(line)

    def flush(self) -> None:
        """Hand on to the system what is not yet."""
        self._file.flush()

    def close(self) -> None:
        """Write no more."""
        self._file.close()


def log_to_stderr() -> None:
    """For short commands: only what goes wrong, in plain words."""
    structlog.configure(
        processors=[structlog.processors.add_log_level, structlog.dev.ConsoleRenderer(colors=False)],
        wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR),
        logger_factory=structlog.WriteLoggerFactory(sys.stderr),
    )
    # Not by a level: libraries set one of their own.
    logging.basicConfig(handlers=[logging.NullHandler()])


def where_it_broke(_: Any, __: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """The kind of an exception and its place in code; never its message, which may hold a person's words."""
    given = line.pop("exc_info", None)
    if given:
        error = given if isinstance(given, BaseException) else _known(given)
        line["exception"] = "\n".join(_traced(error)) if error is not None else ""
    return line


def first_line(_: Any, __: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Of what libraries say their first line: asyncio shows futures, and with them messages of exceptions, below it."""
    line["event"] = str(line.get("event", "")).partition("\n")[0]
    return line


def in_json(_: Any, __: str, line: MutableMapping[str, Any]) -> str:
    """The line as one JSON object, what happened in front."""
    told = {"event": line.pop("event", ""), **{name: one for name, one in line.items() if one is not None}}
    return _json.encode(told).decode()


def _known(given: Any) -> BaseException | None:
    known: BaseException | None = (given if isinstance(given, tuple) else sys.exc_info())[1]
    return known


def _traced(error: BaseException) -> Iterator[str]:
    if (cause := error.__cause__ or error.__context__) is not None:
        yield from _traced(cause)
    for frame in traceback.extract_tb(error.__traceback__):
        yield f"{frame.filename}:{frame.lineno} {frame.name}"
    yield type(error).__qualname__
    if isinstance(error, BaseExceptionGroup):
        for inner in error.exceptions:
            yield from _traced(inner)


def _configure(factory: structlog.WriteLoggerFactory) -> None:
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            where_it_broke,
            in_json,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=factory,
        cache_logger_on_first_use=True,
    )


OTHERS: list[Any] = [
    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
    structlog.contextvars.merge_contextvars,
    first_line,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    where_it_broke,
    in_json,
]
"""How lines of libraries are written."""
