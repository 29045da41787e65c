"""Who may import whom. A violation names file, line and rule."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
PURE = {
    "nats",
    "psycopg",
    "psycopg_pool",
    "faststream",
    "asyncio",
    "random",
    "os",
    "litestar",
    "time",
    "subprocess",
    "socket",
}
PURE_PLACES = ("shared/events", "shared/case", "shared/masters", "shared/clocks", "shared/rules")
PURE_FILES = re.compile(r"/(decide(_\w+)?|policies(_\w+)?)\.py$")
STAGES = ("intake", "triage", "dispatch", "followup", "administration", "analytics")
FACES = ("console", "command_line")
"""They know a stage by its value only."""
A_MODULE = re.compile(rf"services\.({'|'.join(STAGES)})(\.\w+)*")


def imports() -> Iterator[tuple[str, int, str]]:
    """(file, line, module) of every import of the product; a module that a text names counts as imported."""
    for folder in ("services", "shared"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            for line, module in imported(path.read_text(encoding="utf-8")):
                yield str(path.relative_to(ROOT)), line, module


def imported(source: str) -> Iterator[tuple[int, str]]:
    """(line, module) of every import of one file."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Import():
                yield from ((node.lineno, name.name) for name in node.names)
            case ast.ImportFrom(level=0):
                yield from ((node.lineno, f"{node.module}.{name.name}") for name in node.names)
            case ast.ImportFrom():
                yield node.lineno, "."
            case ast.Constant(value=str(text)) if A_MODULE.fullmatch(text):
                yield node.lineno, text


def is_pure(file: str) -> bool:
    return file.startswith(PURE_PLACES) or PURE_FILES.search(file) is not None


def broken(file: str, module: str) -> str | None:
    """The rule that this import breaks, None when it breaks none."""
    top, parts, own = module.split(".", maxsplit=1)[0], module.split("."), file.split("/")
    if module == ".":
        return "an import says the whole name"
    if file.startswith("shared/") and top == "services":
        return "shared knows no service"
    if file.startswith("shared/events/") and top not in ("shared", "msgspec") and not _is_standard(top):
        return "events know the standard library and msgspec only"
    if file.startswith("shared/events/") and top == "shared" and not module.startswith("shared.events"):
        return "events know no other part"
    if file.startswith("shared/case/") and top == "shared" and parts[1] not in ("events", "case"):
        return "the life cycle knows events only"
    if is_pure(file) and top in PURE:
        return "pure code does no input or output and knows no clock"
    if own[0] == "services" and top == "services" and len(parts) > 1 and parts[1] != own[1]:
        return between_services(own[1], parts)
    return None


def between_services(own: str, parts: list[str]) -> str | None:
    """The rule that a service breaks by importing this of another one."""
    if own in STAGES:
        return "stages never import each other"
    if own in FACES and parts[1] in STAGES and parts[2:3] != ["stage"]:
        return "console and command line know stages by their stage value only"
    if parts[1] == "command_line":
        return "nobody imports the composition root"
    return None


def _is_standard(name: str) -> bool:
    import sys

    return name in sys.stdlib_module_names


def test_imports_keep_the_rules() -> None:
    faults = [
        f"{file}:{line}: {module}: {rule}"
        for file, line, module in imports()
        if (rule := broken(file, module)) is not None
    ]
    assert faults == []


def test_there_is_one_way_to_make_a_broker() -> None:
    makers = [
        str(path.relative_to(ROOT))
        for folder in ("services", "shared")
        for path in (ROOT / folder).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "NatsBroker"
    ]
    assert makers == ["shared/runtime/broker.py"]


def test_the_rules_can_fail() -> None:
    assert broken("shared/store/cache.py", "services.intake.stage")
    assert broken("shared/case/fold.py", "shared.store.port")
    assert broken("services/intake/decide.py", "asyncio")
    assert broken("services/dispatch/decide_work.py", "random")
    assert broken("shared/rules/acting.py", "nats")
    assert broken("services/followup/decide_archive.py", "os")
    assert broken("services/intake/decide.py", "services.triage.stage")
    assert broken("services/console/app.py", "services.intake.decide")
    assert broken("services/intake/commands.py", "services.command_line.main")
    assert not broken("services/console/app.py", "services.intake.stage.VIEWS")
    assert broken("services/command_line/commands/case.py", "services.intake.reads.cases.cases")
    assert broken("services/command_line/seeding.py", "services.administration")
    assert not broken("services/command_line/stages.py", "services.intake.stage.STAGE")
    assert broken("services/intake/stage.py", ".")


def test_no_way_to_name_a_module_is_overlooked() -> None:
    source = """
import services.intake.decide
from services.intake import decide
from services import intake
from . import decide
files("services.administration")
"""
    found = [module for _, module in sorted(imported(source))]
    assert found == [
        "services.intake.decide",
        "services.intake.decide",
        "services.intake",
        ".",
        "services.administration",
    ]
