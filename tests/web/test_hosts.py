"""Under which names the pages answer."""

import pytest

from tests.web.site import THIS_MACHINE, Site

FOREIGN = ["evil.example", "zuruf.example.evil.example", "203.0.113.7", "", "[", "zuruf.example@evil.example", "a b"]


@pytest.mark.parametrize("host", FOREIGN)
def test_a_foreign_name_gets_no_page(site: Site, host: str) -> None:
    answer = site.visitor(host=host).get("/")
    assert (answer.status_code, "https://zuruf.example" in answer.text) == (400, True)


@pytest.mark.parametrize("host", [*FOREIGN, "zuruf.example", "192.168.1.5:8000", "127.0.0.1.nip.io"])
def test_a_rebound_name_gets_no_page_of_the_own_machine(own_machine: Site, host: str) -> None:
    assert own_machine.visitor(THIS_MACHINE, host=host).get("/").status_code == 400


@pytest.mark.parametrize("host", ["zuruf.example", "zuruf.example:443", "ZURUF.example"])
def test_the_public_name_is_answered_with_any_port_and_case(site: Site, host: str) -> None:
    assert site.visitor(host=host).get("/").status_code == 200


@pytest.mark.parametrize("host", ["127.0.0.1:8000", "localhost", "[::1]:8000", "127.0.0.2"])
def test_the_own_machine_answers_to_its_loopback_names(own_machine: Site, host: str) -> None:
    assert own_machine.visitor(THIS_MACHINE, host=host).get("/").status_code == 200


def test_loopback_names_are_foreign_to_a_published_installation(site: Site) -> None:
    assert site.visitor(THIS_MACHINE, host="localhost:8000").get("/").status_code == 400


def test_the_foreign_name_also_has_no_static_files_and_no_health(site: Site) -> None:
    assert site.visitor(host="evil.example").get("/health").status_code == 400
