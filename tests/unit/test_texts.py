"""Every refusal that a rule can give has words in both languages, and no words are left without a use."""

import ast
import re
from pathlib import Path

import pytest

from shared.store.order import Fault
from shared.store.problem import problem, status_of, told
from shared.texts.catalogue import catalogue

ROOT = Path(__file__).parents[2]
CODES = re.compile(r"^(V-(REQ|ENUM|FMT|RANGE|TIME|REF|DUP|FILE|KEY)|S-STATE|S-GUARD|C-VER|A-ROLE|A-SELF|H-\d{3})$")
NAMES = ("least", "most", "allowed", "name", "current", "given", "state", "other", "condition", "channel")
VALUES = {**dict.fromkeys(NAMES, "42"), "clock": "FIRST_RESPONSE", "expected": "2"}


def faults() -> dict[str, set[str]]:
    """Each text that code names in a Fault or a finding, with the codes it is given."""
    found: dict[str, set[str]] = {}
    for path in [*(ROOT / "services").rglob("*.py"), *(ROOT / "shared").rglob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and len(node.args) >= 2:
                code, text = node.args[0], node.args[1]
                name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
                if name in ("Fault", "fault") and isinstance(text, ast.Constant) and isinstance(code, ast.Constant):
                    found.setdefault(str(text.value), set()).add(str(code.value))
    return found


@pytest.mark.parametrize("text", sorted(catalogue("refusals")))
def test_a_refusal_is_rendered_in_chinese_and_english(text: str) -> None:
    words = told(Fault("V-FMT", text, "field", VALUES))
    assert re.search(r"[\u4e00-\u9fff]", words.zh), words.zh
    assert re.search(r"[A-Za-z]", words.en), words.en
    assert "{" not in words.zh.replace('{"unknown"', "")
    body = problem([Fault("V-FMT", text, "field", VALUES)]).body
    assert words.zh in body["detail"]
    assert words.en in body["errors"][0]["message"]


def test_every_fault_in_the_code_has_words_and_a_code_of_the_list() -> None:
    for text, codes in faults().items():
        assert text in catalogue("refusals"), text
        for code in codes:
            assert CODES.match(code), f"{text}: {code}"
            assert 400 <= status_of(code) < 600


def test_no_words_are_left_over() -> None:
    named = set(faults())
    source = "\n".join(
        path.read_text(encoding="utf-8") for folder in ("services", "shared") for path in (ROOT / folder).rglob("*.py")
    )
    assert [text for text in catalogue("refusals") if text not in named and f'"{text}"' not in source] == []
