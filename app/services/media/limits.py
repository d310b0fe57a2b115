"""How much may be sent at once. The page's scripts get these numbers too."""

MEGABYTE = 1024 * 1024
FILE_SIZE = 20 * MEGABYTE
VOICE_SIZE = 10 * MEGABYTE
TEXT_SIZE = 2 * MEGABYTE
REQUEST_SIZE = FILE_SIZE + 64 * 1024  # the form around the file
VOICE_SECONDS = 300
GRACE = 2  # seconds that a recorder may take to stop
NAME_LENGTH = 120
