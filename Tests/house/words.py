"""Checks the desk's words: each text of the pages has an English one that fits, and none is left over.

Keys are the Simplified Chinese texts themselves: `[[…]]` in templates, and the Chinese string literals of Sources/Web,
wherever they stand, so that one kept in a table or an array until it is said is found too.
"""

import json
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
WEB = ROOT / "Sources" / "Web"
WORDS = ROOT / "Resources" / "words"
NAME = "Tests/house/words.py"

# Letters alone, and with the punctuation and signs of the same script.
HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
CHINESE = re.compile(r"[\u3000-\u303f\u3400-\u9fff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff]")
PLACEHOLDER = re.compile(r"\{\w+\}")
SAID = re.compile(r"(?<!func )\b(?:words|book\[[^\]\n]*\])\(")

# Chinese that a template shows in every language.
IN_TEMPLATES = {"墨写事　朱写规", "简体中文", "繁體中文", "简", "繁"}
# Chinese literals that are data or numbering, and not words of the desk: file (below Sources/Web) → literals as written.
IN_SWIFT = {
    "API/CustomerJSON.swift": {"农历"},
    "Charter/RuleWords.swift": {r"\(day.month)月\(day.day)日"},
    "Customers/CustomerWords.swift": {
        "一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "初", "廿", "二十", "三十",
    },
    "Server/SealPart.swift": {"之", "印"},
    "Server/TimeWords.swift": {r"\(month)月\(number)日", r"\(year)年"},
}
# Chinese within an English text: names of languages, and what a field accepts only so.
IN_ENGLISH = ("简体中文", "繁體中文", "简", "繁", "农历八月三十")


class Swift:
    """The string literals of a Swift file, and its code with comments and literals blanked out."""

    def __init__(self, text: str):
        self.text = text
        self.code = list(text)
        self.literals: list[tuple[int, int, str]] = []
        self.read(0, closing=None)
        self.code = "".join(self.code)

    def blank(self, start: int, end: int) -> None:
        for index in range(start, end):
            if self.code[index] != "\n":
                self.code[index] = " "

    def read(self, at: int, closing: str | None) -> int:
        """Reads code up to the parenthesis that closes an interpolation, or to the end."""
        text, depth = self.text, 0
        while at < len(text):
            if text.startswith("//", at):
                end = text.find("\n", at)
                end = len(text) if end < 0 else end
                self.blank(at, end)
                at = end
            elif text.startswith("/*", at):
                at = self.comment(at)
            elif match := re.compile(r'(#*)("""|")').match(text, at):
                at = self.literal(match)
            elif closing and text[at] == "(":
                depth, at = depth + 1, at + 1
            elif closing and text[at] == ")":
                if depth == 0:
                    return at + 1
                depth, at = depth - 1, at + 1
            else:
                at += 1
        return at

    def comment(self, start: int) -> int:
        at, depth = start + 2, 1
        while at < len(self.text) and depth:
            if self.text.startswith("/*", at):
                depth, at = depth + 1, at + 2
            elif self.text.startswith("*/", at):
                depth, at = depth - 1, at + 2
            else:
                at += 1
        self.blank(start, at)
        return at

    def literal(self, opening: re.Match) -> int:
        pounds, quotes = opening.groups()
        text, start, at = self.text, opening.start(), opening.end()
        escape = "\\" + pounds
        place = len(self.literals)
        self.literals.append((start, start, ""))
        inner = []
        while at < len(text) and not text.startswith(quotes + pounds, at):
            if text.startswith(escape + "(", at):
                inner.append((at, self.read(at + len(escape) + 1, closing=")")))
                at = inner[-1][1]
            elif text.startswith(escape, at):
                at += len(escape) + 1
            else:
                at += 1
        end = at + len(quotes + pounds)
        # An interpolation's own code stays, for there may be words in it.
        edges = [start] + [edge for pair in inner for edge in pair] + [end]
        for left, right in zip(edges[::2], edges[1::2]):
            self.blank(left, right)
        self.literals[place] = (start, end, text[opening.end():at])
        return end

    def first_argument(self, at: int) -> tuple[int, int]:
        """The span from after a call's parenthesis to its first comma or its end."""
        start, depth = at, 0
        while at < len(self.code):
            letter = self.code[at]
            if letter in "([{":
                depth += 1
            elif letter in ")]}":
                if depth == 0:
                    break
                depth -= 1
            elif letter == "," and depth == 0:
                break
            at += 1
        return start, at


def unescaped(raw: str) -> str:
    raw = re.sub(r"\\u\{([0-9A-Fa-f]+)\}", lambda match: chr(int(match[1], 16)), raw)
    return re.sub(r"\\([\"'\\nt0])", lambda match: {"n": "\n", "t": "\t", "0": "\0"}.get(match[1], match[1]), raw)


def swift_keys(path: Path, faults: list[str]) -> dict[str, str]:
    """Key → where it is said."""
    swift = Swift(path.read_text(encoding="utf-8"))
    name = path.relative_to(WEB).as_posix()
    spared = IN_SWIFT.get(name, set())
    said = [swift.first_argument(match.end()) for match in SAID.finditer(swift.code)]
    keys, met = {}, set()
    for start, end, raw in swift.literals:
        if raw in spared:
            met.add(raw)
            continue
        where = f"{path.relative_to(ROOT)}:{swift.text.count(chr(10), 0, start) + 1}"
        is_said = any(left <= start and end <= right for left, right in said)
        is_alone = any(swift.text[left:right].strip() == swift.text[start:end] for left, right in said)
        if HAN.search(raw) or is_alone or (is_said and CHINESE.search(raw)):
            if "\\(" in raw:
                faults.append(f"{where}: “{raw}” is put together; say it with placeholders, or name it in {NAME}")
            else:
                keys.setdefault(unescaped(raw), where)
    faults.extend(f"{NAME}: {name} no longer holds “{raw}”" for raw in sorted(spared - met))
    return keys


def template_keys(path: Path, faults: list[str]) -> dict[str, str]:
    keys = {}
    text = re.sub(r"\{\{!.*?\}\}", lambda match: re.sub(r"[^\n]", " ", match[0]), path.read_text(encoding="utf-8"),
                  flags=re.DOTALL)
    for number, line in enumerate(text.split("\n"), 1):
        where = f"{path.relative_to(ROOT)}:{number}"
        for key in re.findall(r"\[\[(.*?)\]\]", line):
            keys.setdefault(key, where)
        for bare in re.findall(f"{CHINESE.pattern}+", re.sub(r"\[\[.*?\]\]", "\n", line)):
            if bare not in IN_TEMPLATES:
                faults.append(f"{where}: “{bare}” stands outside [[…]]; no other language can show it")
    return keys


def table(name: str, faults: list[str]) -> dict[str, str]:
    def once(pairs):
        seen = {}
        for key, text in pairs:
            if key in seen:
                faults.append(f"{name}: “{key}” stands there twice")
            seen[key] = text
        return seen

    try:
        return json.loads((WORDS / name).read_text(encoding="utf-8"), object_pairs_hook=once)
    except (OSError, ValueError) as error:
        faults.append(f"{name}: {error}")
        return {}


def compare(name: str, key: str, text: str, faults: list[str]) -> None:
    if not isinstance(text, str) or not text.strip():
        faults.append(f"{name}: “{key}” says nothing")
        return
    theirs, ours = set(PLACEHOLDER.findall(key)), set(PLACEHOLDER.findall(text))
    if theirs != ours:
        faults.append(f"{name}: “{key}” has {' '.join(sorted(theirs)) or 'no placeholder'}, “{text}” has "
                      f"{' '.join(sorted(ours)) or 'none'}")


def main() -> int:
    faults: list[str] = []
    used: dict[str, str] = {}
    for path in sorted((WEB / "Templates").rglob("*.mustache")):
        used = template_keys(path, faults) | used
    for path in sorted(WEB.rglob("*.swift")):
        used = swift_keys(path, faults) | used
    english, traditional = table("en.json", faults), table("zh-Hant.json", faults)
    for key, where in sorted(used.items(), key=lambda pair: pair[1]):
        if key not in english:
            faults.append(f"{where}: “{key}” is not in en.json")
    for key, text in english.items():
        if key not in used:
            faults.append(f"en.json: “{key}” is said nowhere")
            continue
        compare("en.json", key, text, faults)
        plain = str(text)
        for allowed in IN_ENGLISH:
            plain = plain.replace(allowed, "")
        if CHINESE.search(plain):
            faults.append(f"en.json: “{key}” has Chinese in its English: “{text}”")
    for key, text in traditional.items():
        if key not in english:
            faults.append(f"zh-Hant.json: “{key}” is not in en.json")
        compare("zh-Hant.json", key, text, faults)
    faults.extend(f"Resources/words/{part.name}: join it into en.json" for part in sorted(WORDS.glob("en.*.json")))
    for fault in faults:
        print(fault)
    print(f"words: {len(used)} texts, {len(english)} in English, {len(traditional)} in Traditional by hand, "
          f"{len(faults)} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
