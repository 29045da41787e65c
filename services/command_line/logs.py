"""Log lines as JSON in `log/`: what happened and to which id, never what a person said or is called."""

import logging
import sys
import traceback
from collections.abc import Iterator, MutableMapping
from pathlib import Path
from typing import Any

import structlog

LARGEST = 32 * 1024 * 1024
"""Bytes after which a log file is put aside; one old file is kept."""


def log_to(folder: Path, name: str = "moldcare") -> None:
    """Send every log line of this process to `<folder>/<name>.log`."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / f"{name}.log"
    if path.exists() and path.stat().st_size > LARGEST:
        path.replace(path.with_suffix(".log.1"))
    _configure(structlog.WriteLoggerFactory(path.open("a", encoding="utf-8", buffering=1)))
    handler = logging.FileHandler(path, encoding="utf-8")
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(processors=OTHERS))
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)


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
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            where_it_broke,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=factory,
        cache_logger_on_first_use=True,
    )


OTHERS: list[Any] = [
    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
    first_line,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    where_it_broke,
    structlog.processors.JSONRenderer(ensure_ascii=False),
]
"""How lines of libraries are written."""
