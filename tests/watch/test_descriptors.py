"""The limit of open files: raised as far as the system allows, in a process of its own."""

import subprocess
import sys

LOWERED = """
import resource
hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
resource.setrlimit(resource.RLIMIT_NOFILE, (256, min(1024, hard)))
from app.watch.descriptors import raise_descriptor_limit
print(raise_descriptor_limit(), resource.getrlimit(resource.RLIMIT_NOFILE)[0])
"""


def test_the_limit_is_raised_to_what_the_system_allows() -> None:
    ran = subprocess.run([sys.executable, "-c", LOWERED], capture_output=True, text=True, check=True)
    told, soft = ran.stdout.split()
    assert told == soft == "1024"
