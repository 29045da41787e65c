"""NATS header blocks: what the server says in them, and whether an event's copies agree with its payload."""

from shared.events.envelope import IntegrityError, Recorded
from shared.store.port import Draft

_LINE = b"NATS/1.0"


def event_headers(draft: Draft) -> dict[str, str]:
    """The copies that tools read, in this order; `agree` compares them as one block."""
    return {
        "Nats-Msg-Id": draft.event_id,
        "Event-Type": draft.type,
        "Version": str(draft.version),
        "Command-Id": draft.command_id,
    }


def agree(recorded: Recorded, block: bytes) -> None:
    """Check that the header copies say what the payload says. Raises: IntegrityError."""
    meta = recorded.meta
    copies = (
        f"Nats-Msg-Id: {meta.event_id}\r\nEvent-Type: {meta.type}\r\n"
        f"Version: {meta.version}\r\nCommand-Id: {meta.command_id}\r\n"
    )
    if copies.encode() in block:
        return
    # Another tool may have stored the same headers in another order, a restore for example.
    told = headers_of(block)
    for line in copies.splitlines():
        name, value = line.split(": ", 1)
        if told.get(name) != value:
            raise IntegrityError(
                f"{recorded.subject} at {recorded.sequence}: the header {name} is not what the payload says"
            )


def status_of(block: bytes) -> int:
    """The status that the server put into the first line, 0 when there is none: an ordinary message."""
    if block[len(_LINE) : len(_LINE) + 1] != b" ":
        return 0
    digits = block[len(_LINE) + 1 : len(_LINE) + 4]
    return int(digits) if digits.isdigit() else 0


def header(block: bytes, name: bytes) -> bytes:
    """The value of one header, empty when it is absent. `name` is spelled as the server spells it."""
    start = block.find(b"\r\n" + name + b": ")
    if start < 0:
        return b""
    start += len(name) + 4
    return block[start : block.find(b"\r\n", start)]


def number(block: bytes, name: bytes) -> int:
    """The value of a header that counts, 0 when it is absent."""
    value = header(block, name)
    return int(value) if value.isdigit() else 0


def headers_of(block: bytes) -> dict[str, str]:
    """All headers of a block."""
    pairs = (line.partition(b":") for line in block.split(b"\r\n")[1:])
    return {name.strip().decode(): value.strip().decode("utf-8", "replace") for name, mark, value in pairs if mark}
