"""A visitor of the running service: who goes from page to page, also by keyboard alone, and looks what is amiss."""

from dataclasses import dataclass
from typing import Final

from playwright.sync_api import Locator, Page, expect

from app.texts import language_of, translator
from tests.browser.pages import OVERFLOW, violations
from tests.browser.served import Look

MOST_STOPS: Final = 300


@dataclass(frozen=True, slots=True)
class Walk:
    """A page of the service, and what it is looked at with."""

    page: Page
    url: str
    look: Look

    def go(self, path: str) -> None:
        self.page.goto(self.url + path)

    def find(self, selector: str) -> Locator:
        return self.page.locator(selector)

    def arrive(self, heading: str) -> None:
        """The page of this heading stands there in the rep's language, fits, and has nothing for axe-core to mend."""
        language = language_of(self.look.language)
        expect(self.find("h1")).to_have_text(translator(language).gettext(heading))
        expect(self.find("html")).to_have_attribute("lang", language)
        self.assert_sound()

    def assert_sound(self) -> None:
        found = violations(self.page) if self.look.scripts else []
        assert not found, found
        assert self.page.evaluate(OVERFLOW) == 0

    def tab_to(self, selector: str) -> None:
        """The next stop of the keyboard that is meant."""
        meant = self.find(selector).and_(self.find(":focus"))
        for _ in range(MOST_STOPS):
            self.page.keyboard.press("Tab")
            if meant.count():
                return
        raise AssertionError(f"the keyboard never gets to {selector}")

    def press(self, selector: str, key: str = "Enter") -> None:
        self.tab_to(selector)
        self.page.keyboard.press(key)

    def type(self, selector: str, text: str) -> None:
        self.tab_to(selector)
        self.page.keyboard.type(text)
