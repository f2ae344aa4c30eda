"""axe-core on a page as it stands."""

from pathlib import Path

from playwright.sync_api import Page

AXE = Path(__file__).parents[2] / "frontend/node_modules/axe-core/axe.min.js"
OPTIONS = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"],
    "resultTypes": ["violations"],  # the others are not written out, which takes longer than all else
}


def violations(page: Page) -> list[str]:
    """What axe objects to, once the colours have settled."""
    page.evaluate("Promise.allSettled(document.getAnimations().map(one => one.finished)).then(() => null)")
    page.evaluate(AXE.read_text())
    report = page.evaluate("options => axe.run(document, options)", OPTIONS)
    return [
        f"{found['id']}: {node['html'][:200]} {node['failureSummary']}"
        for found in report["violations"]
        for node in found["nodes"]
    ]
