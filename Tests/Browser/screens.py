"""Pictures of the pages and what an accessibility checker says of them."""

from __future__ import annotations

import os
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

FOLDER = Path(os.environ.get("CHARTER_SCREENS", Path(__file__).resolve().parents[2] / ".build-artifacts" / "screens"))
SIZES = {1440: 900, 1024: 768, 390: 844}
THEMES = ("light", "dark")
GRAVE = {"serious", "critical"}
# WCAG 2.2 AA, whose newest rules the checker leaves out unless asked.
RULES = {
    "runOnly": {
        "type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"],
    }
}


def check_access(page: Page, what: str) -> None:
    """Fails on every serious or critical finding of axe; the lesser ones are printed."""
    grave = []
    for finding in Axe().run(page, options=RULES).response["violations"]:
        line = f"{what}: {finding['impact']} {finding['id']}, {finding['help']}"
        for node in finding["nodes"][:5]:
            line += f"\n    {' '.join(map(str, node['target']))}\n      {node.get('failureSummary', '').strip()}"
        if finding["impact"] in GRAVE:
            grave.append(line)
        else:
            print(line)
    assert not grave, "\n".join(grave)


def shoot(page: Page, name: str, *, check: bool = True) -> None:
    """Takes the page at three widths, light and dark; it must fit each width and pass the checker at the outer two."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for width, height in SIZES.items():
        for theme in THEMES:
            page.set_viewport_size({"width": width, "height": height})
            page.emulate_media(color_scheme=theme, reduced_motion="reduce")
            page.evaluate("() => document.fonts.ready")
            page.screenshot(path=FOLDER / f"{name}-{width}-{theme}.png", animations="disabled")
            over = page.evaluate("() => document.documentElement.scrollWidth - document.documentElement.clientWidth")
            assert over <= 0, f"{name} at {width}: the page is {over} pixels wider than the window"
            if check and width != 1024:  # nothing is in the middle that is at neither end
                check_access(page, f"{name} at {width}, {theme}")
    page.set_viewport_size({"width": 1440, "height": 900})
    page.emulate_media(color_scheme="light", reduced_motion="no-preference")
