"""An iPhone's photos (HEIC). Their decoder is C++ that a damaged file can crash, so it has a process of its own."""

import subprocess
import sys
from pathlib import Path

from app.later import later

Image = later("PIL.Image")


CHILD = Path(__file__).with_name("heif_child.py")
PATIENCE = 30  # seconds; a photo of 48 megapixels takes two or three
TOO_MANY_PIXELS = 3  # what the child exits with, as heif_child.py


class Unreadable(OSError):
    """The child made nothing of it, or did not live to say so."""


def load(data, pixels, side):
    """The upright picture in these bytes, no larger than ``side``; Image.DecompressionBombError above ``pixels``."""
    command = [sys.executable, "-I", str(CHILD), str(pixels), str(side)]
    try:
        done = subprocess.run(command, input=data, capture_output=True, timeout=PATIENCE, env={}, check=False)
    except subprocess.TimeoutExpired as error:
        raise Unreadable from error
    if done.returncode == TOO_MANY_PIXELS:
        raise Image.DecompressionBombError
    if done.returncode:
        raise Unreadable
    head, _, rest = done.stdout.partition(b"\n")
    mode, width, height, profile = head.decode().split()
    image = Image.frombytes(mode, (int(width), int(height)), rest[int(profile) :])
    if int(profile):
        image.info["icc_profile"] = rest[: int(profile)]
    return image
