"""The whole suite: first what may share the machine, on two workers; then what needs it alone, counted together.

pytest's last line of the second run counts that run only, so the counts of both are added to one last line.
"""

import re
import subprocess
import sys
import tempfile
from pathlib import Path

PHASES = (("-m", "not alone", "-n", "2"), ("-m", "alone", "-s"))
COUNTS = ("failed", "passed", "skipped", "error")


def run(arguments: list[str]) -> tuple[int, dict[str, int]]:
    """One run of pytest, its output passed on; exit code and counts of its last line."""
    with tempfile.TemporaryFile("w+", encoding="utf-8") as kept:
        process = subprocess.Popen(
            [sys.executable, "-m", "pytest", *arguments], stdout=subprocess.PIPE, text=True, encoding="utf-8"
        )
        assert process.stdout is not None
        for line in process.stdout:
            sys.stdout.write(line)
            sys.stdout.flush()
            kept.write(line)
        kept.seek(0)
        text = kept.read()
    last = next((line for line in reversed(text.splitlines()) if " in " in line and re.search(r"\d+ \w+", line)), "")
    counts = {name: int(found.group(1)) for name in COUNTS if (found := re.search(rf"(\d+) {name}", last))}
    return process.wait(), counts


def main() -> int:
    """The exit code: that of the first phase that failed."""
    root = Path(__file__).parents[1]
    total = dict.fromkeys(COUNTS, 0)
    codes = []
    for phase in PHASES:
        code, counts = run([*phase, *sys.argv[1:], str(root / "tests")])
        codes.append(code)
        for name, count in counts.items():
            total[name] += count
    failed = total["failed"] + total["error"]
    print(f"{total['passed']} passed, {failed} failed, {total['skipped']} skipped")
    return next((code for code in codes if code), 0)


if __name__ == "__main__":
    sys.exit(main())
