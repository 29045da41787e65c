"""How a command ends that could not be done: one sentence, or one JSON document, and the exit code."""

import os
import select
import sys

import click

from services.command_line.usage import said_of

_UNREACHABLE = frozenset(
    {"StoreUnavailable", "Later", "OperationalError", "PoolTimeout", "NoServersError", "ConnectionClosedError"}
)
_NOT_PROVISIONED = frozenset({"UndefinedTable", "InvalidSchemaName", "InsufficientPrivilege", "NotFoundError"})
INTERRUPTED = 130
"""Exit code of a command that was stopped by Ctrl-C, as shells expect it."""


def ended_by(error: BaseException, *, as_json: bool) -> int:
    """Tell what went wrong; the exit code. A reader that went away, as `head` does, has had what it wanted."""
    if isinstance(error, BrokenPipeError) and _reader_is_gone():
        _write_nothing_more()
        return 0
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        error.show()
        return error.exit_code
    code = _code(error)
    is_told = False
    try:
        if as_json:
            from services.command_line.output import tell_json

            tell_json({"error": told(error)})
            is_told = True
        sys.stdout.flush()
    except OSError:
        # What is left would be tried again at the very end, with a traceback.
        _write_nothing_more()
    if not is_told and code != INTERRUPTED:
        click.echo(f"moldcare: {told(error)}", err=True)
    return code


def _code(error: BaseException) -> int:
    if isinstance(error, click.ClickException):
        return error.exit_code
    return INTERRUPTED if isinstance(error, KeyboardInterrupt | click.Abort) else 1


def told(error: BaseException) -> str:
    """One line for people: our own errors speak for themselves, others are named."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    kind, words = type(error).__name__, " ".join(str(error).split())
    match error:
        case click.ClickException():
            return said_of(error)
        case KeyboardInterrupt() | click.Abort():
            return "已中断 / interrupted"
        case TimeoutError() | ConnectionError():
            return _unreachable(kind)
        case OSError(errno=int()):
            return _of_file(error)
    if _UNREACHABLE & {one.__name__ for one in type(error).__mro__}:
        return _unreachable(kind)
    if kind in _NOT_PROVISIONED:
        return f"服务器尚未准备好，请执行 moldcare provision / the servers are not provisioned: run it ({kind})"
    if _is_ours(error):
        return words or kind
    return f"内部错误 / internal error: {kind}: {words}"


def _of_file(error: OSError) -> str:
    where = error.filename or "-"
    match error:
        case FileNotFoundError():
            return f"没有这个文件 / there is no such file: {where}"
        case PermissionError():
            return f"没有权限 / no permission: {where}"
        case _:
            return f"不能读写 / cannot be read or written: {where}: {error.strerror}"


def _unreachable(kind: str) -> str:
    return f"服务器无法连接 / the servers cannot be reached ({kind})"


def _is_ours(error: BaseException) -> bool:
    return type(error).__module__.startswith(("shared.", "services.")) or type(error) in (LookupError, ValueError)


def _reader_is_gone() -> bool:
    """Whether it is standard output that is broken, and not a connection to a server."""
    poll = select.poll()
    poll.register(sys.stdout.fileno(), 0)
    return any(event & select.POLLERR for _, event in poll.poll(0))


def _write_nothing_more() -> None:
    # The interpreter flushes standard output once more when it ends.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
