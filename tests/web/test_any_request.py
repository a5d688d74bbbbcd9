"""Whatever a browser may send: no route answers it with an error of the server's own."""

import uuid
from collections.abc import Iterator
from dataclasses import fields
from typing import Any, Final

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis import BaseSchema, Case
from schemathesis.core.result import Ok

from app.web.send_query import SendQuery
from tests.web.seed import seed
from tests.web.site import LOOPBACK, THIS_MACHINE, Site, open_site

SENT: Final = {"method", "url", "params", "data", "json", "headers", "content"}
# Lists and insights read their address by hand, so the schema knows nothing of it.
IN_THE_ADDRESS: Final = (
    *(field.name for field in fields(SendQuery)),
    "state",
    "period",
    "below",
    "newest",
    "known",
    "seen",
    "sent",
    "done",
)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """One installation for all requests: what some of them change is there when the next ones come."""
    site = open_site(tmp_path_factory.mktemp("any-request"), LOOPBACK)
    yield site
    site.database.close()


@pytest.fixture(scope="module")
def described(site: Site) -> BaseSchema:
    """The routes as a schema, with ids that exist among those that are tried."""
    seeded = seed(site.database, site.keys)
    ids = {"mailbox_id": [seeded.mailbox_id], "send_id": list(seeded.sends.values())}
    raw = site.app.openapi()
    for path, methods in raw["paths"].items():
        for operation in methods.values():
            parameters = operation.setdefault("parameters", [])
            for parameter in parameters:
                _name_existing(parameter, ids.get(parameter["name"], list(seeded.templates.values())))
            if path.startswith(("/sends", "/templates", "/insights")) and "{" not in path:
                parameters += [{"name": name, "in": "query", "schema": {"type": "string"}} for name in IN_THE_ADDRESS]
    return schemathesis.openapi.from_dict(raw)


def _name_existing(parameter: dict[str, Any], ids: list[uuid.UUID]) -> None:
    if parameter["in"] == "path":
        parameter["schema"] = {"anyOf": [{"enum": [str(one) for one in ids]}, {"type": "string", "minLength": 1}]}


def test_no_request_breaks_the_server(site: Site, described: BaseSchema) -> None:
    operations = [result.ok() for result in described.get_all_operations() if isinstance(result, Ok)]
    assert len(operations) > 45
    for operation in operations:

        @settings(max_examples=15, suppress_health_check=list(HealthCheck))
        @given(operation.as_strategy())
        def try_out(case: "Case[Any]") -> None:
            sent = case.as_transport_kwargs(base_url=LOOPBACK)
            with site.visitor(THIS_MACHINE) as browser:
                answer = browser.request(**{name: value for name, value in sent.items() if name in SENT})
            assert answer.status_code < 500

        try_out()
