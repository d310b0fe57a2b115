"""Our own program, timed as its peers are."""

from bench.peers.timed import Timed
from wsgi import app as program

app = Timed(program)
