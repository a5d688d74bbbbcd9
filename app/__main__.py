"""The command line's entry: runs a command and says in one sentence what went wrong."""

import sys

from app.commands import cli
from app.config import WrongSetting
from app.store.errors import StoreError


def main() -> None:
    """Exit status 0, 1 for a problem that was explained, 2 for wrong usage."""
    try:
        cli()
    except (WrongSetting, StoreError) as error:
        sys.stderr.write(f"zuruf: {error}\n")
        sys.exit(1)


if __name__ == "__main__":
    main()
