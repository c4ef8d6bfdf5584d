"""Holds docs/clauses.md to the charters and the tests: each clause executed, each test there, its name carrying the clause."""

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ROW = re.compile(r"^\| ([A-Z]-\d+) \| (\S+) \| (.+?) \|$", re.MULTILINE)


def executed() -> set[str]:
    found = set()
    for path in sorted((ROOT / "Charters").glob("*.yaml")):
        text = path.read_text(encoding="utf-8")
        section = text[text.index("\nclauses:"):]
        for key, body in re.findall(r"^  ([A-Z]-\d+):(.*?)(?=^  [A-Z]-|^[a-z]|\Z)", section, re.DOTALL | re.MULTILINE):
            if re.search(r"\bstatus: executed\b", body):
                found.add(key)
    return found


def carried(name: str) -> set[str]:
    """The clauses that a test's name carries: `D-255 to D-259, D-262`."""
    found = set(re.findall(r"\b[A-Z]-\d{2,3}\b", name))
    for letter, first, last in re.findall(r"\b([A-Z])-(\d{2,3}) to \1-(\d{2,3})\b", name):
        width = len(first)
        found |= {f"{letter}-{number:0{width}}" for number in range(int(first), int(last) + 1)}
    return found


def main() -> int:
    rows = ROW.findall((ROOT / "docs" / "clauses.md").read_text(encoding="utf-8"))
    clauses = executed()
    faults = [] if rows else ["docs/clauses.md has no table"]
    for clause, file, name in rows:
        path = ROOT / file
        if clause not in clauses:
            faults.append(f"{clause} is not executed in any charter")
        if not path.is_file() or f"func `{name}`" not in path.read_text(encoding="utf-8"):
            faults.append(f"{clause}: {file} has no test “{name}”")
        if clause not in carried(name):
            faults.append(f"{clause}: the test's name does not carry it: {name}")
    for fault in faults:
        print(fault)
    print(f"{len({clause for clause, _, _ in rows})} clauses in {len(rows)} rows")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
