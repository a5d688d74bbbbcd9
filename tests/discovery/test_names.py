"""Where the provider of a mail exchanger may publish its settings."""

import pytest

from app.discovery.names import domains_of_exchanger


@pytest.mark.parametrize(
    ("exchanger", "domains"),
    [
        ("mx.hosting.example", ["hosting.example"]),
        ("mx3.eu.hosting.example", ["eu.hosting.example", "hosting.example"]),
        ("mx0.hosting.co.uk", ["hosting.co.uk"]),
        ("a.mx0.hosting.co.uk", ["mx0.hosting.co.uk", "hosting.co.uk"]),
        ("hosting.example", ["hosting.example"]),
        ("mx01.gmx.net", ["gmx.net"]),
    ],
)
def test_a_shared_suffix_is_never_asked(exchanger: str, domains: list[str]) -> None:
    assert domains_of_exchanger(exchanger) == domains
