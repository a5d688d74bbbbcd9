"""What was free inside the allocator's arenas goes back to the system."""

import platform
import subprocess
import sys

import pytest

# Every second block stays, so that the free ones are no end of the heap that glibc would cut off by itself.
PROGRAM = """
import ctypes, resource
from pathlib import Path
from app.watch.allocator import give_memory_back, hold_less_memory

def resident():
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()

library = ctypes.CDLL(None)
library.malloc.restype, library.free.argtypes = ctypes.c_void_p, [ctypes.c_void_p]
hold_less_memory()
blocks = [library.malloc(60_000) for _ in range(1000)]
for block in blocks:
    ctypes.memset(block, 1, 60_000)
for block in blocks[::2]:
    library.free(block)
held = resident()
give_memory_back()
print(held - resident())
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc has these")
def test_memory_between_what_stays_is_given_back() -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True)
    assert int(done.stdout) > 20_000_000
