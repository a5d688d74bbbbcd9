"""A log line holds a fixed event and allowed fields; nothing that came from a mail, a row or a server."""

import subprocess
import sys

MARK = "jonas@keller-maschinen.example"


def _logged(statement: str) -> str:
    """What a fresh process writes; logging is set up once for all of a process."""
    program = f"from app.logs import configure_logs; import structlog; configure_logs('debug')\n{statement}"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return done.stdout + done.stderr


def test_a_field_that_is_not_allowed_is_not_written() -> None:
    written = _logged(f"structlog.get_logger().info('took in', fetched=3, subject='{MARK}', password='{MARK}')")
    assert '"fetched": 3' in written
    assert MARK not in written


def test_of_an_error_only_type_and_place_are_written() -> None:
    written = _logged(f"try: raise ValueError('{MARK}')\nexcept ValueError: structlog.get_logger().exception('failed')")
    assert '"error": "ValueError"' in written
    assert MARK not in written
