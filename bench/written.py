"""What writing a file takes: the processor's time, and memory of a process that has nothing else to do."""

import tempfile
import time
from pathlib import Path

STATUS, PEAK = Path("/proc/self/status"), Path("/proc/self/clear_refs")
FORGET = "5"  # what the kernel takes for: the most that the process had is what it has now


def measured(write):
    """``write(file)``: its time in ms; by how much the process grew at its highest, and how high that was, in MB."""
    PEAK.write_text(FORGET)
    before, begin = _megabytes("VmRSS"), time.process_time()
    with tempfile.TemporaryFile() as file:
        write(file)
        size = file.seek(0, 2)
    taken = (time.process_time() - begin) * 1000
    peak = _megabytes("VmHWM")
    return {"ms": taken, "mb": peak - before, "peak": peak, "size": size}


def _megabytes(name):
    """VmRSS: what the process has; VmHWM: the most that it had."""
    lines = dict(line.split(":", 1) for line in STATUS.read_text().splitlines())
    return int(lines[name].split()[0]) / 1024
