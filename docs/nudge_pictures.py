"""Takes pictures of nudges as mails: invented bursts in Debian's Chromium, narrow and wide, light and dark.

python docs/nudge_pictures.py [DIRECTORY]          (default: docs/pictures)
"""

import sys
from pathlib import Path
from typing import Final, Literal

from nudges import BURSTS, facts_of
from playwright.sync_api import Browser, sync_playwright

from app.nudge.compose import compose_nudge
from app.texts import Language

CHROMIUM: Final = "/usr/bin/chromium"
ARGUMENTS: Final = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
Scheme = Literal["light", "dark"]
# Number of the burst in docs/nudges.md, language, width in pixels, colours.
SHOWN: Final[tuple[tuple[int, Language, int, Scheme], ...]] = (
    (25, "de", 320, "dark"),
    (25, "de", 700, "light"),
    (4, "en", 320, "light"),
    (4, "en", 700, "dark"),
)


def take(browser: Browser, directory: Path, number: int, language: Language, width: int, scheme: Scheme) -> None:
    letter = compose_nudge(facts_of(BURSTS[number - 1], number, language, "sie"))
    page = browser.new_page(viewport={"width": width, "height": 800}, color_scheme=scheme)
    page.set_content(letter.html)
    spare = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    if spare > 0:
        raise SystemExit(f"{language}, {width} px: {spare} px too wide")
    page.screenshot(path=directory / f"nudge-mail-{language}-{width}-{scheme}.png", full_page=True)
    page.close()


def main() -> None:
    directory = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent / "pictures"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        for shown in SHOWN:
            take(browser, directory, *shown)
        browser.close()


if __name__ == "__main__":
    main()
