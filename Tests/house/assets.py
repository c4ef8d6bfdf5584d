"""Checks what the pages lean on: each icon they name is drawn, and nothing in them needs a laxer content policy."""

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ASSETS = ROOT / "Resources" / "assets"
FORBIDDEN = {
    r"<[^>{]*\sstyle\s*=": "a style attribute; lengths that depend on data are SVG attributes",
    r"<style[\s>]": "an inline style sheet",
    r"<script(?![^>]*\ssrc=)[^>]*>": "an inline script",
    r"<[a-z][^>{]*\son[a-z]+\s*=\s*[\"']": "an event handler in an attribute",
    r"hx-on[:=-]": "hx-on, which evaluates its text",
    r"[\"']js:": "a js: value, which is evaluated",
    r"javascript:": "a javascript: address",
}
EVALUATES = {r"\beval\s*\(": "eval", r"\bnew\s+Function\b": "new Function", r"\binnerHTML\b": "innerHTML",
             r"\.style\b(?!sheet)": "an inline style", r"\bcssText\b": "an inline style"}


def templates() -> list[Path]:
    return sorted(
        path for folder in ("Sources", "Resources") for path in (ROOT / folder).rglob("*")
        if path.suffix in {".mustache", ".html"}
    )


def main() -> int:
    faults: list[str] = []
    drawn = set(re.findall(r"<symbol id=\"([^\"]+)\"", (ASSETS / "icons.svg").read_text(encoding="utf-8")))
    pages = templates()
    for page in pages:
        text = page.read_text(encoding="utf-8")
        where = page.relative_to(ROOT)
        for name in re.findall(r"icons\.svg#([\w-]+)", text):
            if name not in drawn:
                faults.append(f"{where}: icon '{name}' is not drawn in icons.svg")
        bare = re.sub(r"\{\{!.*?\}\}", "", text, flags=re.DOTALL)
        for pattern, what in FORBIDDEN.items():
            for match in re.finditer(pattern, bare, re.IGNORECASE):
                line = bare.count("\n", 0, match.start()) + 1
                faults.append(f"{where}:{line}: {what}")
    for script in sorted(ASSETS.glob("*.js")):
        text = re.sub(r"/\*.*?\*/|(?<![:\"'])//[^\n]*", "", script.read_text(encoding="utf-8"), flags=re.DOTALL)
        for pattern, what in EVALUATES.items():
            if re.search(pattern, text):
                faults.append(f"{script.relative_to(ROOT)}: {what}")
    for fault in faults:
        print(fault)
    print(f"assets: {len(drawn)} symbols, {len(pages)} templates, {len(faults)} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
