"""Reads the `pair:` lines of tokens.css and measures each pair, light and dark, by the WCAG 2 formula."""

import math
import re
import sys
from pathlib import Path

TOKENS = Path(__file__).resolve().parents[2] / "Resources" / "assets" / "tokens.css"
COLOUR = re.compile(r"oklch\(\s*([\d.]+%?)\s+([\d.]+)\s+([\d.]+)\s*(?:/\s*([\d.]+))?\s*\)")
TOKEN = re.compile(r"--([\w-]+):\s*light-dark\(\s*(oklch\([^)]*\))\s*,\s*(oklch\([^)]*\))\s*\)")
PAIR = re.compile(r"pair:\s+([\w-]+)\s+on\s+([\w\s-]+?)\s*>=\s*([\d.]+)")


def luminance(colour: str) -> float:
    """Relative luminance of an oklch colour, 0…1, after rounding to the eight bits of a screen."""
    lightness, chroma, hue, alpha = COLOUR.fullmatch(colour.strip()).groups()
    if alpha is not None:
        raise ValueError(f"{colour} is see-through: its contrast depends on what lies behind")
    light = float(lightness[:-1]) / 100 if lightness.endswith("%") else float(lightness)
    a, b = float(chroma) * math.cos(math.radians(float(hue))), float(chroma) * math.sin(math.radians(float(hue)))
    long = (light + 0.3963377774 * a + 0.2158037573 * b) ** 3
    middle = (light - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (light - 0.0894841775 * a - 1.2914855480 * b) ** 3
    linear = (
        4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * middle + 1.7076147010 * short,
    )
    return sum(weight * on_screen(part) for weight, part in zip((0.2126, 0.7152, 0.0722), linear))


def on_screen(linear: float) -> float:
    clipped = min(max(linear, 0.0), 1.0)
    encoded = 12.92 * clipped if clipped <= 0.0031308 else 1.055 * clipped ** (1 / 2.4) - 0.055
    stored = round(encoded * 255) / 255
    return stored / 12.92 if stored <= 0.04045 else ((stored + 0.055) / 1.055) ** 2.4


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def main() -> int:
    text = TOKENS.read_text(encoding="utf-8")
    tokens = {name: {"light": light, "dark": dark} for name, light, dark in TOKEN.findall(text)}
    pairs = PAIR.findall(text)
    if not pairs:
        print(f"contrast: {TOKENS.name} names no pair")
        return 1
    measured = faults = 0
    for ink, papers, least in pairs:
        for paper in papers.split():
            for theme in ("light", "dark"):
                if ink not in tokens or paper not in tokens:
                    print(f"contrast: --{ink if ink not in tokens else paper} is not a light-dark() colour")
                    faults += 1
                    continue
                found = contrast(tokens[ink][theme], tokens[paper][theme])
                measured += 1
                if found < float(least):
                    print(f"contrast: --{ink} on --{paper}, {theme}: {found:.2f}, wanted {least}")
                    faults += 1
    print(f"contrast: {measured} pairs measured, {faults} too faint")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
