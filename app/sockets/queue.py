"""How several processes hear one another through Redis, and what becomes of it when Redis goes away and comes back.

Without Redis each process still tells its own sockets. What the others said meanwhile is lost to them, so once Redis
is back every socket of this process is hung up on: its page comes back and catches up, as after any broken line.
"""

import time

import structlog
from redis import Redis
from redis.exceptions import RedisError
from socketio import RedisManager

log = structlog.get_logger()
AGAIN = 0.5  # seconds between two tries; python-socketio's own wait grows to a minute
PATIENCE = {"socket_connect_timeout": 2, "socket_timeout": 2}  # whoever sends a message waits no longer for Redis


class Queue(RedisManager):
    def __init__(self, url):
        super().__init__(url, channel="otklik", redis_options=dict(PATIENCE))

    def _redis_listen_with_retries(self):
        """What the channel says, for ever. In place of the base class's, which tells nobody what was missed."""
        missed = False
        while True:
            try:
                for message in self._heard():
                    if missed and message["type"] == "subscribe":
                        self._hang_up()
                        missed = False
                    yield message
            except (RedisError, OSError) as error:
                if not missed:
                    log.warning("queue_lost", error=type(error).__name__)
                missed = True
                time.sleep(AGAIN)

    def _heard(self):
        connection = Redis.from_url(self.redis_url, socket_connect_timeout=2, socket_keepalive=True)
        try:
            channel = connection.pubsub()
            channel.subscribe(self.channel)
            yield from channel.listen()
        finally:
            connection.close()

    def _hang_up(self):
        log.warning("queue_back", sockets=len(self.server.eio.sockets))
        for socket in list(self.server.eio.sockets.values()):
            socket.close(wait=False)  # the page sees a broken line, not a goodbye: it comes back by itself
