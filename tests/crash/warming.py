"""Does once what every start of the service does for the first time, so that forked children find it done."""

import io
import os
import tempfile
from contextlib import redirect_stderr, redirect_stdout
from datetime import UTC, datetime
from pathlib import Path

from tests.crash.service import run_command
from tests.flow.mails import PEOPLE
from tests.model.letters import round_letter


def warm_up() -> None:
    """Import all, read the model, migrate a database, make the pages, judge some mails. Leaves no thread behind."""
    quietly = io.StringIO()
    with tempfile.TemporaryDirectory() as directory, redirect_stdout(quietly), redirect_stderr(quietly):
        os.environ["ZURUF_DATA_DIR"] = directory
        _make_pages()
        for n, person in enumerate(PEOPLE):
            (Path(directory) / f"{n}.eml").write_bytes(round_letter(0, person, n, datetime.now(UTC)))
        for words in (["mailbox", "list"], ["scan", "--json", directory]):
            if run_command(words) != 0:
                raise RuntimeError(f"{words}: {quietly.getvalue()}")


def _make_pages() -> None:
    """Of a service that is not started."""
    import psycopg  # noqa: F401 - imported by SQLAlchemy where a URL asks for it
    import uvicorn  # noqa: F401 - imported by the command

    from app.config import load_settings
    from app.main import open_service
    from classifier import Judge

    judge = Judge.load()
    Judge.load = lambda *_: judge  # type: ignore[method-assign]  # read once, here
    with open_service(load_settings()) as service:
        service.pages(service.watcher(), service.courier())
