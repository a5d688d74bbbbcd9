"""Takes pictures of nudges and digests as mails: invented bursts in Debian's Chromium, narrow and wide, light and dark.

python docs/nudge_pictures.py [DIRECTORY]          (default: docs/pictures)
"""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final, Literal

from nudges import BURSTS, COLLECTIONS, digest_of, facts_of
from playwright.sync_api import Browser, sync_playwright

from app.nudge.compose import compose_nudge
from app.nudge.digest_letter import compose_digest
from app.texts import Language

CHROMIUM: Final = "/usr/bin/chromium"
ARGUMENTS: Final = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
Scheme = Literal["light", "dark"]
# Number in docs/nudges.md, language, width in pixels, colours.
Shown = tuple[int, Language, int, Scheme]
NUDGES: Final[tuple[Shown, ...]] = (
    (25, "de", 320, "dark"),
    (25, "de", 700, "light"),
    (4, "en", 320, "light"),
    (4, "en", 700, "dark"),
)
DIGESTS: Final[tuple[Shown, ...]] = (
    (2, "de", 320, "dark"),
    (2, "en", 700, "light"),
)


def pictures() -> Iterator[tuple[str, str, int, Scheme]]:
    """Name, HTML, width and colours of each."""
    for number, language, width, scheme in NUDGES:
        html = compose_nudge(facts_of(BURSTS[number - 1], number, language, "sie")).html
        yield f"nudge-mail-{language}-{width}-{scheme}", html, width, scheme
    for number, language, width, scheme in DIGESTS:
        html = compose_digest(digest_of(COLLECTIONS[number - 1], number, language, "sie")).html
        yield f"digest-mail-{language}-{width}-{scheme}", html, width, scheme


def take(browser: Browser, directory: Path, name: str, html: str, width: int, scheme: Scheme) -> None:
    page = browser.new_page(viewport={"width": width, "height": 800}, color_scheme=scheme)
    page.set_content(html)
    spare = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    if spare > 0:
        raise SystemExit(f"{name}: {spare} px too wide")
    page.screenshot(path=directory / f"{name}.png", full_page=True)
    page.close()


def main() -> None:
    directory = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent / "pictures"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        for picture in pictures():
            take(browser, directory, *picture)
        browser.close()


if __name__ == "__main__":
    main()
