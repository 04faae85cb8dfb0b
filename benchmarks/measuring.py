"""Time, processor time and memory of a whole process, or of one step inside it, and the machine in words."""

from __future__ import annotations

import json
import math
import os
import platform
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.survey import resident

ROOT = Path(__file__).parents[1]
Command = list[str]


class Failed(Exception):
    """A measurement that could not be made: one sentence."""


@dataclass(frozen=True)
class Took:
    """One measurement. `mib` is the most memory that the process and its children held together, sampled."""

    seconds: float
    processor: float
    mib: float
    done: bool = True  # else it was ended after `seconds`
    said: Any = None  # what a step told of itself


def step(name: str, *arguments: object) -> Command:
    """A step of `benchmarks.steps` as a process of its own."""
    return [sys.executable, "-m", "benchmarks.steps", name, *map(str, arguments)]


def _kept_bytecode() -> dict[str, str]:
    """The environment in which modules are compiled once and not at each start, whatever is set here."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def measure(command: Command, *, limit: float) -> Took:
    """Run a command once. A step of `benchmarks.steps` says itself how long it took, without its preparation.

    Exit code 1 is what `datamap check` ends with when there are flags. Raises `Failed` with the last line it wrote.
    """
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        start = time.perf_counter()
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=err,
            cwd=ROOT,
            start_new_session=True,
            env=_kept_bytecode(),
        )
        most = [0]
        over = threading.Event()

        def watch() -> None:
            while not over.wait(0.02):
                most[0] = max(most[0], resident(process.pid))
                if time.perf_counter() - start > limit:
                    os.killpg(process.pid, 9)
                    return

        watcher = threading.Thread(target=watch)
        watcher.start()
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
        over.set()
        watcher.join()
        process.returncode = code = os.waitstatus_to_exitcode(status)
        out.seek(0)
        err.seek(0)
        said, wrong = out.read().decode("utf-8", "replace"), err.read().decode("utf-8", "replace")
    processor, mib = usage.ru_utime + usage.ru_stime, most[0] / 2**20
    if code == -9 and seconds > limit:
        return Took(seconds, processor, mib, done=False)
    lines = [line for line in wrong.splitlines() if line.strip()]
    if code not in (0, 1) or any(line.startswith("Traceback") for line in lines):
        raise Failed(f"{command[-1] if len(command) < 4 else ' '.join(command[1:5])}: {lines[-1] if lines else code}")
    if "benchmarks.steps" in command or said.startswith('{"seconds"'):
        told = json.loads(said.splitlines()[-1])
        return Took(told["seconds"], told["processor"], told.get("mib") or mib, said=told.get("said"))
    return Took(seconds, processor, mib)


def machine() -> str:
    """Cores, memory, Python and system, without any name of the machine."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    model = next(
        (line.partition(":")[2].strip() for line in _lines("/proc/cpuinfo") if line.startswith("model name")),
        platform.machine(),
    )
    return (
        f"{os.cpu_count()} cores ({' '.join(model.split())}), {memory:.0f} GiB of memory, "
        f"{platform.python_implementation()} {platform.python_version()}, {platform.system()}"
    )


def busy() -> float:
    """How many processes have wanted a core in the last minute, for each core: above 1 the figures are of a loaded machine."""
    return os.getloadavg()[0] / (os.cpu_count() or 1)


def _lines(path: str) -> list[str]:
    try:
        return Path(path).read_text("utf-8").splitlines()
    except OSError:
        return []


def exponent(sizes: Sequence[float], taken: Sequence[float]) -> float | None:
    """How a time grows with size, as the power of the size: the slope of the logarithms by least squares. None under 3 sizes."""
    if len(sizes) < 3 or min(taken) <= 0:
        return None
    x, y = [math.log(s) for s in sizes], [math.log(t) for t in taken]
    middle, level = sum(x) / len(x), sum(y) / len(y)
    return sum((a - middle) * (b - level) for a, b in zip(x, y, strict=True)) / sum((a - middle) ** 2 for a in x)
