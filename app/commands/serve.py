"""`zuruf serve`: runs the service."""

import os
import signal
import socket
import sys
import threading
from contextlib import suppress
from typing import TYPE_CHECKING, Final

import structlog
import typer

from app.commands.options import SettingsFile, settings_with_warnings
from app.config import Settings, WrongSetting
from app.logs import configure_logs
from app.main import open_service

if TYPE_CHECKING:
    from collections.abc import Callable

    from fastapi import FastAPI

_LAST_MOMENT: Final = 0.5  # seconds


def serve(settings_file: SettingsFile = None) -> None:
    """Watch the connected mailboxes and serve the page until stopped by Ctrl-C or SIGTERM."""
    run(settings_with_warnings(settings_file))


def run(settings: Settings, before: "Callable[[FastAPI], None] | None" = None) -> None:
    """Serve, after printing the address to open; `before` is called when everything but the page runs."""
    configure_logs(settings.log_level)
    _stop_cleanly()
    with (
        suppress(KeyboardInterrupt),
        _listen(settings) as listener,
        open_service(settings) as service,
        service.watching() as pages,
    ):
        if before is not None:
            before(pages)
        typer.echo(f"Zuruf is running: {settings.url}   (stop with Ctrl-C)")
        structlog.get_logger().info("serving", port=settings.port)
        _serve(pages, listener, settings)
    typer.echo("Zuruf has stopped.")
    _leave_behind_what_hangs()


def _stop_cleanly() -> None:
    """SIGTERM ends the command as Ctrl-C does; uvicorn raises both again when it is done."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)


def _listen(settings: Settings) -> socket.socket:
    """Take the port before anything else starts; raises `WrongSetting` where that cannot be."""
    try:
        family = socket.getaddrinfo(settings.host, settings.port, type=socket.SOCK_STREAM)[0][0]
        return socket.create_server((settings.host, settings.port), family=family, backlog=256)
    except OSError as error:
        raise WrongSetting(
            f"cannot listen on {settings.host} port {settings.port} ({error.strerror or error}); "
            "stop what uses it, or set ZURUF_PORT to a free one"
        ) from error


def _serve(pages: "FastAPI", listener: socket.socket, settings: Settings) -> None:
    import uvicorn

    class Server(uvicorn.Server):
        """Ends the open streams first; it would wait for them."""

        async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
            pages.state.live.end()
            await super().shutdown(sockets)

    config = uvicorn.Config(
        pages,
        access_log=False,  # a path may hold a signed link
        log_level="warning",
        server_header=False,
        proxy_headers=not settings.loopback_only,
        timeout_graceful_shutdown=2,  # watcher and courier need the rest of ten seconds
    )
    Server(config).run(sockets=[listener])


def _leave_behind_what_hangs() -> None:
    """End although a page still waits for a mail server, or a thread for the system's resolver: all else is closed."""
    others = [thread for thread in threading.enumerate() if not thread.daemon and thread is not threading.main_thread()]
    for thread in others:
        thread.join(_LAST_MOMENT / len(others))
    if any(thread.is_alive() for thread in others):
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(0)
