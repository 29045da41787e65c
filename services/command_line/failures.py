"""What went wrong, as one sentence: our own errors speak for themselves, others are named."""

_UNREACHABLE = frozenset({"StoreUnavailable", "Later", "OperationalError", "NoServersError", "ConnectionClosedError"})


def told(error: BaseException) -> str:
    """One line for people."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    kind, words = type(error).__name__, " ".join(str(error).split())
    kinds = {one.__name__ for one in type(error).__mro__}
    if kinds & _UNREACHABLE or isinstance(error, TimeoutError | ConnectionError):
        return f"服务器无法连接 / the servers cannot be reached ({kind})"
    if isinstance(error, FileNotFoundError):
        return f"没有这个文件 / there is no such file: {error.filename}"
    if type(error).__module__.startswith(("shared.", "services.")) or isinstance(error, LookupError | ValueError):
        return words or kind
    return f"内部错误 / internal error: {kind}: {words}"
