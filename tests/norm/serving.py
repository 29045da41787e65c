"""What serves a requirement: the commands of its transitions, and the rules whose docstrings name it."""

import ast
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path

from services.command_line.stages import STAGES
from shared.case.lifecycle import TRANSITIONS
from tests.norm.clauses import clauses

ROOT = Path(__file__).parents[2]
Names = Mapping[str, list[str]]


def commands() -> Names:
    """Requirement -> the commands that serve it, in the order of the registry."""
    said: dict[str, set[str]] = defaultdict(set)
    for row in TRANSITIONS:
        said[row.event] |= set(clauses(row.clause))
    found: dict[str, list[str]] = defaultdict(list)
    for stage in STAGES:
        for command in stage.commands:
            named = said[command.event.__name__] | set(clauses(command.event.__doc__ or ""))
            for clause in sorted(named):
                found[clause].append(command.name)
    return found


def guards() -> Names:
    """Requirement -> the functions and read models whose docstrings name it, as `file:name`."""
    found: dict[str, list[str]] = defaultdict(list)
    for folder in ("services", "shared/rules", "shared/clocks", "shared/projections"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            for name, text in _told(ast.parse(path.read_text(encoding="utf-8"))):
                for clause in dict.fromkeys(clauses(text)):
                    found[clause].append(f"{path.relative_to(ROOT).as_posix()}:{name}")
    return found


def _told(tree: ast.Module) -> Iterator[tuple[str, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.name, ast.get_docstring(node) or ""
