"""Follows every relative link of the Markdown files; prints those that lead nowhere."""

import re
import subprocess
import sys
import unicodedata
from pathlib import Path
from urllib.parse import unquote

ROOT = Path(__file__).resolve().parents[2]
LINK = re.compile(r"!?\[[^\]]*\]\(\s*<?([^)\s>]+)>?(?:\s+\"[^\"]*\")?\s*\)")
HTML = re.compile(r"(?:src|srcset|href)=\"([^\"]+)\"")
HEADING = re.compile(r"^#{1,6}\s+(.*?)\s*#*$", re.MULTILINE)
FENCE = re.compile(r"^(```|~~~).*?^\1", re.MULTILINE | re.DOTALL)


def markdown_files() -> list[Path]:
    try:
        names = subprocess.run(
            ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "*.md"],
            cwd=ROOT, check=True, capture_output=True, text=True,
        ).stdout.split("\0")
    except (OSError, subprocess.CalledProcessError):
        names = [str(path.relative_to(ROOT)) for path in ROOT.rglob("*.md") if "/.build" not in str(path)]
    return [ROOT / name for name in names if name and (ROOT / name).exists()]


def anchors(text: str) -> set[str]:
    """The fragments that a reader of the rendered page can jump to."""
    found: dict[str, int] = {}
    names = set()
    for heading in HEADING.findall(FENCE.sub("", text)):
        plain = re.sub(r"[`*]|\[([^\]]*)\]\([^)]*\)", lambda match: match.group(1) or "", heading).lower()
        slug = "".join(
            "-" if letter == " " else letter
            for letter in plain
            if letter in " -_" or unicodedata.category(letter)[0] in "LN"
        )
        count = found.get(slug, 0)
        found[slug] = count + 1
        names.add(slug if count == 0 else f"{slug}-{count}")
    return names | set(re.findall(r"\bid=\"([^\"]+)\"", text))


def faults(page: Path) -> list[str]:
    text = page.read_text(encoding="utf-8")
    prose = re.sub(r"`[^`\n]*`", "", FENCE.sub("", text))
    found = []
    for target in LINK.findall(prose) + HTML.findall(prose):
        if re.match(r"[a-z][a-z0-9+.-]*:|//", target, re.IGNORECASE):
            continue
        path, _, fragment = unquote(target).partition("#")
        goal = page if not path else (page.parent / path).resolve()
        if not goal.exists():
            found.append(f"{page.relative_to(ROOT)}: {target} does not exist")
        elif fragment and goal.suffix == ".md" and fragment not in anchors(goal.read_text(encoding="utf-8")):
            found.append(f"{page.relative_to(ROOT)}: {target} names no heading of that page")
    return found


def main() -> int:
    pages = markdown_files()
    found = [fault for page in pages for fault in faults(page)]
    for fault in found:
        print(fault)
    print(f"links: {len(pages)} pages, {len(found)} broken")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
