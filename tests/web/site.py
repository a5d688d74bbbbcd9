"""The real application on a real database, and the browsers that visit it."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from fastapi import FastAPI
from starlette.testclient import TestClient

from app.connect import Admission
from app.connect.oauth_flow import SignIns
from app.discovery import Discovery
from app.mail.imap_values import ConnectPolicy
from app.metrics import Metrics
from app.nudge.rules import stored_rules
from app.store import web_sessions
from app.store.engine import Database
from app.store.keys import Keys
from app.web import Web, create_app
from app.web.access import cookie_name
from app.web.context import DemoDesk
from tests.web.seed import NOW, open_database

PUBLIC: Final = "https://zuruf.example"
LOOPBACK: Final = "http://127.0.0.1:8000"
FAR_AWAY: Final = ("203.0.113.7", 50000)
THIS_MACHINE: Final = ("127.0.0.1", 50000)
RULES: Final = stored_rules(
    settle_seconds=600, quiet_hours="18:00-08:00,sat,sun", time_zone="Europe/Berlin", cap_per_day=1, cap_per_week=3
)


@dataclass(slots=True)
class Site:
    """One installation; `now` is what its clock shows."""

    url: str
    database: Database
    keys: Keys
    now: datetime = NOW
    ready: bool = True
    policy: ConnectPolicy = field(default_factory=lambda: ConnectPolicy(True, None, None))
    demo: DemoDesk | None = None
    metrics_token: str = ""
    discover: Callable[[str], Discovery] | None = None
    instance_figure: bool = False
    sign_ins: SignIns | None = None
    admission: Admission = field(default_factory=Admission)
    metrics: Metrics = field(default_factory=Metrics)
    app: FastAPI = field(init=False)

    def __post_init__(self) -> None:
        self.app = create_app(self.web())

    def web(self) -> Web:
        return Web(
            database=self.database,
            keys=self.keys,
            clock=lambda: self.now,
            public_url=self.url,
            loopback_only=self.url.startswith("http://127.0.0.1:"),
            policy=self.policy,
            default_rules=RULES,
            demo=self.demo,
            is_ready=lambda: self.ready,
            version="1.2.3",
            metrics=self.metrics,
            metrics_token=self.metrics_token,
            discover=self.discover,
            instance_figure=self.instance_figure,
            sign_ins=self.sign_ins,
            admission=self.admission,
        )

    def visitor(self, client: tuple[str, int] = FAR_AWAY, **headers: str) -> TestClient:
        """A browser without cookies that sends the Origin of our own pages, and follows no redirect.

        Further headers are named as in `accept_language="de"`.
        """
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        shown = {"origin": self.url, "accept-language": "en", **named}
        return TestClient(self.app, base_url=self.url, headers=shown, client=client, follow_redirects=False)

    def signed_in(self, rep_id: uuid.UUID, **headers: str) -> TestClient:
        browser = self.visitor(FAR_AWAY, **headers)
        with self.database.writing() as session:
            token = web_sessions.start(session, rep_id, self.now)
        browser.cookies.set(cookie_name(self.web()), token)
        return browser

    def dump(self) -> list[str]:
        """Every row of the database, to tell whether anything changed."""
        with self.database.engine.connect() as connection:
            raw: Any = connection.connection.driver_connection
            return list(raw.iterdump())


def open_site(directory: Path, url: str = PUBLIC, **values: Any) -> Site:
    database, keys = open_database(directory)
    return Site(url, database, keys, **values)
