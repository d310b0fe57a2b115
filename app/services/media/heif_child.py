"""Run by heif.py, never imported: HEIC on stdin becomes plain pixels on stdout, after a line that says how many.

It can write no file, and takes no more memory or time than a large photo needs. Arguments: pixels, side.
"""

import resource
import sys
from io import BytesIO

LIMITS = {
    resource.RLIMIT_AS: 1024**3,
    resource.RLIMIT_CPU: 25,
    resource.RLIMIT_FSIZE: 0,
    resource.RLIMIT_CORE: 0,
}
TOO_MANY_PIXELS = 3


def main(pixels, side):
    for name, limit in LIMITS.items():
        resource.setrlimit(name, (limit, limit))
    import pi_heif
    from PIL import Image

    pi_heif.register_heif_opener(thumbnails=False, depth_images=False, aux_images=False, decode_threads=1)
    image = Image.open(BytesIO(sys.stdin.buffer.read()), formats=("HEIF",))
    if image.width * image.height > pixels:
        return TOO_MANY_PIXELS
    image.thumbnail((side, side))  # the decoder has turned it upright already
    image = image if image.mode in ("RGB", "RGBA", "L") else image.convert("RGB")
    profile = image.info.get("icc_profile") or b""
    sys.stdout.buffer.write(f"{image.mode} {image.width} {image.height} {len(profile)}\n".encode())
    sys.stdout.buffer.write(profile + image.tobytes())
    return 0


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
