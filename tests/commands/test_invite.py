"""`zuruf invite`: a link for one address."""

from pathlib import Path

import pytest

from tests.flow.running import Zuruf

ADDRESS = "jonas@keller-maschinen.example"


def test_an_invitation_is_a_link_to_the_page(tmp_path: Path) -> None:
    done = Zuruf(tmp_path).command("invite", ADDRESS)
    assert "/connect?invitation=" in done.stdout
    assert f"for {ADDRESS} only" in done.stderr


@pytest.mark.parametrize(("address", "words"), [("jonas", "no mail address"), (ADDRESS, "ZURUF_ALLOWED_DOMAINS")])
def test_who_cannot_connect_is_not_invited(address: str, words: str, tmp_path: Path) -> None:
    settings = tmp_path / "settings"
    settings.write_text("ZURUF_ALLOWED_DOMAINS=northwind-tools.example\n")
    done = Zuruf(tmp_path).command("invite", address, "--settings", str(settings))
    assert (done.returncode, words in done.stderr) == (1, True)
