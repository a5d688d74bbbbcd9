"""One visitor on the own installation of a rep who reads the language of the look."""

from dataclasses import dataclass

from playwright.sync_api import Locator, Page

from tests.browser.pages import OVERFLOW, violations
from tests.browser.served import Look, Served
from tests.web.seed import Seeded


@dataclass(frozen=True, slots=True)
class Visit:
    """A page, and what it is looked at with."""

    page: Page
    served: Served
    look: Look

    @property
    def seeded(self) -> Seeded:
        assert self.served.seeded is not None
        return self.served.seeded

    @property
    def mailbox(self) -> str:
        return f"/mailboxes/{self.seeded.mailbox_id}"

    def go(self, path: str) -> None:
        self.page.goto(self.served.url + path)
        assert self.page.locator("html").get_attribute("lang") == self.look.language[:2]

    def find(self, selector: str) -> Locator:
        return self.page.locator(selector)

    def assert_sound(self) -> None:
        """Fits its width; accessible, which takes scripts to find out."""
        found = violations(self.page) if self.look.scripts else []
        assert not found, found
        assert self.page.evaluate(OVERFLOW) == 0
