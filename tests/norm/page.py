"""Writes `docs/norm.md`: each requirement, what serves it, and what proves it. `python -m tests.norm.page`."""

from collections.abc import Iterator
from pathlib import Path

from shared.texts.catalogue import catalogue
from tests.norm.proofs import proofs
from tests.norm.serving import commands, guards

PAGE = Path(__file__).parents[2] / "docs" / "norm.md"
MOST = 4
"""Guards and tests named in a row; the others are counted."""
NOT_BUILT = {
    "R-1.3-a": "its figures are analysed later",
    "R-2.1.1-d": "channels are not probed by us yet",
    "R-2.1.1-e": "notices are recorded, not sent by us yet",
    "R-2.5.2-a": "M-01, M-04, M-07, M-08 and M-10 only",
    "R-2.5.2-b": "reports are recorded, their analysis is not built yet",
    "R-2.5.2-c": "its clock and its follow-up of figures are not built yet",
}
"""What a requirement still lacks, in its row."""
HEAD = """# The norm, clause by clause

Made from the code by `make docs`; a test keeps it true. R rows are the norm's own, B rows are what a mould maker
expects around it. *Served by*: commands, then rules and read models whose documentation names the clause. *Proven by*:
tests that say so.

| requirement | | served by | proven by |
|---|---|---|---|
"""


def page() -> str:
    """The whole document."""
    return HEAD + "".join(f"{row}\n" for row in _rows())


def _rows() -> Iterator[str]:
    served, guarded, proven = commands(), guards(), proofs()
    for clause, words in catalogue("norm").items():
        by = [f"`{name}`" for name in served.get(clause, [])]
        by += _few([f"`{name}`" for name in guarded.get(clause, [])])
        tests = _few([f"`{name}`" for name in proven.get(clause, [])])
        lacking = NOT_BUILT.get(clause) or ("" if tests else "no test of its own" if by else "not built yet")
        shown = "; ".join(tests) + (f" *{lacking}*" if lacking else "")
        yield f"| {clause} | {words.zh}<br>{words.en} | {', '.join(by) or '–'} | {shown.strip()} |"


def _few(names: list[str]) -> list[str]:
    return names if len(names) <= MOST else [*names[:MOST], f"and {len(names) - MOST} more"]


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
