"""The command line: `python -m classifier judge` reads JSON lines and writes one JSON line for each."""

import argparse
import os
import sys
from collections.abc import Sequence

from classifier.archive import ModelError
from classifier.judge import Judge
from classifier.records import judge_lines


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m classifier", description="Judge sent mail.")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("judge", help="read JSON lines from standard input, write one JSON line each")
    parser.parse_args(arguments)
    try:
        judge = Judge.load()
    except ModelError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    try:
        for line in judge_lines(judge, sys.stdin.buffer):
            sys.stdout.write(line + "\n")
            sys.stdout.flush()
    except BrokenPipeError:
        # The reader went away; without this the interpreter would complain once more when it flushes at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0


if __name__ == "__main__":
    sys.exit(main())
