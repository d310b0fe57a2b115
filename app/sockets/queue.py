"""How several processes hear one another through Redis, and what becomes of it when Redis goes away and comes back.

Without Redis each process still tells its own sockets. What the others said meanwhile is lost to them, so once Redis
is back every socket of this process is hung up on: its page comes back and catches up, as after any broken line.

Whoever has something to say leaves it here and does not wait: one thread takes all that has gathered meanwhile to Redis
as one message. What a process said itself it does not read again. What pages hear is made once and travels finished.
"""

import threading
import time
from queue import SimpleQueue

import redis
import structlog
from redis import Redis
from redis.exceptions import RedisError
from socketio import RedisManager, redis_manager

from app.sockets.books import Books, Direct

log = structlog.get_logger()
AGAIN = 0.5  # seconds between two tries; python-socketio's own wait grows to a minute
PATIENCE = {"socket_connect_timeout": 2, "socket_timeout": 2}
LONGEST = 5  # seconds that the first page waits for Redis to say anything
AT_ONCE = 200  # of what is said, in one message of Redis
# python-socketio was loaded without it (app/extensions.py), for those who have no Redis.
redis_manager.redis, redis_manager.RedisError = redis, RedisError

FINISHED, THEN = b"=", b"\t"  # a line: FINISHED, whom it is for, THEN, the text; any other is python-socketio's own
WAITING = 50_000  # of what is said; more than that is lost to the others, as all of it was while Redis is away


class Queue(Books, RedisManager, Direct):
    def __init__(self, url):
        super().__init__(url, channel="otklik:3", redis_options=dict(PATIENCE))
        self._mark = self.host_id.encode()
        self._outgoing, self._starting, self._carrier = SimpleQueue(), threading.Lock(), None
        self._knows, self._missed = threading.Event(), False  # whether Redis is there; whether something may be missed

    def initialize(self):
        """Returns once this process hears the others: a page that came in earlier would miss what they say."""
        super().initialize()
        if not self._knows.wait(LONGEST):
            self._missed = True

    def emit(self, event, data, namespace, room=None, skip_sid=None, callback=None, to=None, **kwargs):
        if callback or skip_sid or kwargs.get("ignore_queue") or isinstance(data, (tuple, list)):
            super().emit(event, data, namespace, room or to, skip_sid, callback, **kwargs)
            return
        text, whom = self.finish(event, data, namespace), [namespace, to or room]
        self._leave(FINISHED + self.json.dumps(whom).encode() + THEN + text.encode(errors="replace"))
        self.hand_out(text, *whom)

    def _publish(self, data):
        self._leave(self.json.dumps(data).encode(errors="replace"))

    def _leave(self, line):
        with self._starting:
            if self._carrier is None:
                self._carrier = threading.Thread(target=self._carry_for_ever, name="queue", daemon=True)
                self._carrier.start()
        if self._outgoing.qsize() < WAITING:
            self._outgoing.put(line)

    def _carry_for_ever(self):
        redis = Redis.from_url(self.redis_url, **PATIENCE)
        while True:
            said = [self._outgoing.get()]
            while len(said) < AT_ONCE and not self._outgoing.empty():
                said.append(self._outgoing.get())
            try:
                redis.publish(self.channel, self._mark + b"\n".join(said))
            except (RedisError, OSError) as error:
                log.warning("queue_not_told", messages=len(said), error=type(error).__name__)

    def _listen(self):
        """What the other processes said."""
        for message in self._redis_listen_with_retries():
            if message["type"] == "message" and not message["data"].startswith(self._mark):
                for line in message["data"][len(self._mark) :].split(b"\n"):
                    if line.startswith(FINISHED):
                        self._hear(line)
                    else:
                        yield line

    def _hear(self, line):
        whom, _, text = line.removeprefix(FINISHED).partition(THEN)
        try:
            self.hand_out(text.decode(), *self.json.loads(whom))
        except Exception:
            log.exception("queue_not_heard")

    def _redis_listen_with_retries(self):
        """What the channel says, for ever. In place of the base class's, which tells nobody what was missed."""
        while True:
            try:
                for message in self._heard():
                    if message["type"] == "subscribe":
                        self._come_back()
                    yield message
            except (RedisError, OSError) as error:
                if not self._missed:
                    log.warning("queue_lost", error=type(error).__name__)
                self._missed = True
                self._knows.set()
                time.sleep(AGAIN)

    def _heard(self):
        connection = Redis.from_url(self.redis_url, socket_connect_timeout=2, socket_keepalive=True)
        try:
            channel = connection.pubsub()
            channel.subscribe(self.channel)
            yield from channel.listen()
        finally:
            connection.close()

    def _come_back(self):
        self._knows.set()
        if self._missed:
            self._hang_up()
            self._missed = False

    def _hang_up(self):
        log.warning("queue_back", sockets=len(self.server.eio.sockets))
        for socket in list(self.server.eio.sockets.values()):
            socket.close(wait=False)  # the page sees a broken line, not a goodbye: it comes back by itself
