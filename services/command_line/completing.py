"""Completion for shells, by click's own protocol; what only a running deployment knows is looked up, or left out."""

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click
from click.shell_completion import CompletionItem, shell_complete

from services.command_line.main import COMPLETING, PROGRAM

LONGEST_WAIT = 2
"""Seconds for a server to be there at all; a person waits with the key pressed."""
_CASES = """
select aggregate_id from read.open_cases where starts_with(aggregate_id, %(begun)s)
order by received_at desc limit 50"""
_USERS = """
select aggregate_id from read.staff where is_user and is_active and starts_with(aggregate_id, %(begun)s)
order by aggregate_id limit 50"""


def completed(cli: click.Command, instruction: str) -> int:
    """Answer the shell; the exit code. Whatever fails offers nothing: an error would stand amid the typed line."""
    with _silence():
        try:
            return shell_complete(cli, {}, PROGRAM, COMPLETING, instruction)
        except Exception:  # the outermost loop of a shell's question
            return 1


@contextmanager
def _silence() -> Iterator[None]:
    logging.disable(logging.CRITICAL)
    try:
        yield
    finally:
        logging.disable(logging.NOTSET)


def case_ids(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem[Any]]:
    """The newest cases that begin so, where a deployment runs."""
    return _found(_CASES, incomplete.lower())


def users(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem[Any]]:
    """The users that begin so, where a deployment runs."""
    return _found(_USERS, incomplete)


def _found(query: str, begun: str) -> list[CompletionItem[Any]]:
    from shared.runtime.settings import BadSetting, NotRunning, settings_of

    try:
        where = settings_of(os.environ).access("console").postgres
    except (NotRunning, BadSetting, OSError):
        return []
    import psycopg

    try:
        with psycopg.connect(where, connect_timeout=LONGEST_WAIT, autocommit=True) as connection:
            rows = connection.execute(query.encode(), {"begun": begun}).fetchall()
    except psycopg.Error:
        return []
    return [CompletionItem(row[0]) for row in rows]
