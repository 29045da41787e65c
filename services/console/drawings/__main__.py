"""The child of `apart`: a file on standard input, its marked copy on standard output, nothing if there is none."""

import logging
import resource
import sys

import msgspec

from services.console.drawings.apart import Errand
from services.console.drawings.marks import NotMarkable, marked
from shared.runtime.background import work_in_background

_MEMORY = 2 * 1024**3
"""Bytes of address space."""


def main() -> None:
    """One errand."""
    work_in_background()
    # It tells the log of every oddity of a file that it reads all the same.
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    errand = msgspec.msgpack.decode(sys.stdin.buffer.read(), type=Errand)
    try:
        sys.stdout.buffer.write(marked(errand.content, errand.mime, errand.words))
    except NotMarkable:
        return


if __name__ == "__main__":
    main()
