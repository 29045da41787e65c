"""Log lines as JSON in `log/`: what happened and to which id, never what a person said or is called."""

import logging
import sys
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
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(processors=_CHAIN_OF_OTHERS))
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)


def log_to_stderr() -> None:
    """For short commands: only what goes wrong, in plain words."""
    structlog.configure(
        processors=[structlog.processors.add_log_level, structlog.dev.ConsoleRenderer(colors=False)],
        wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR),
        logger_factory=structlog.WriteLoggerFactory(sys.stderr),
    )
    logging.basicConfig(level=logging.CRITICAL)


def _configure(factory: structlog.WriteLoggerFactory) -> None:
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=factory,
        cache_logger_on_first_use=True,
    )


_CHAIN_OF_OTHERS: list[Any] = [
    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.format_exc_info,
    structlog.processors.JSONRenderer(ensure_ascii=False),
]
