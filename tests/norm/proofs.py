"""Which tests prove a requirement: those that say `@pytest.mark.proves("R-…")`, found in their source."""

import ast
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

TESTS = Path(__file__).parents[1]


def proofs() -> dict[str, list[str]]:
    """Requirement -> the tests that prove it, as `file::name`."""
    found: dict[str, list[str]] = defaultdict(list)
    for path in sorted(TESTS.rglob("test_*.py")):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_"):
                for clause in _proven(node):
                    found[clause].append(f"{path.relative_to(TESTS.parent).as_posix()}::{node.name}")
    return found


def _proven(test: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[str]:
    for mark in test.decorator_list:
        if isinstance(mark, ast.Call) and ast.unparse(mark.func) == "pytest.mark.proves":
            yield from (ast.literal_eval(one) for one in mark.args)
