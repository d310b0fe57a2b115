"""A mail server on the loopback that does what a test tells it: accept, refuse, hang or hang up."""

import socketserver
import threading
import time
from contextlib import suppress
from email import message_from_bytes
from email.policy import default


class _Talk(socketserver.StreamRequestHandler):
    def handle(self):
        with suppress(ConnectionResetError):  # whoever was sending has been killed
            self.listen()

    def listen(self):
        server = self.server
        server.connections += 1
        if server.hangs:
            server.released.wait(10)
            return
        self.say("220 ready")
        while line := self.rfile.readline():
            verb = line.decode().strip().upper().partition(" ")[0].partition(":")[0]
            if verb == "QUIT":
                self.say("221 bye")
                return
            if verb == "DATA":
                self.data()
            else:
                self.say(server.answers.get(verb, "250 ok"))

    def say(self, line):
        self.wfile.write(f"{line}\r\n".encode())

    def data(self):
        self.say("354 go on")
        lines = []
        while (line := self.rfile.readline()) != b".\r\n":
            if not line:
                return  # nobody takes half a letter
            lines.append(line)
        time.sleep(self.server.delay)
        answer = self.server.answers.get("DATA", "250 ok")
        if answer.startswith("250"):
            self.server.letters.append(message_from_bytes(b"".join(lines), policy=default))
        self.say(answer)


class FakeSmtp(socketserver.ThreadingTCPServer):
    """``answers``: verb → line, e.g. ``{"RCPT": "550 no such user"}``; ``letters`` holds what was accepted."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), _Talk)
        self.answers, self.letters, self.connections = {}, [], 0
        self.delay = 0  # seconds before a letter is accepted
        self.hangs, self.released = False, threading.Event()

    @property
    def url(self):
        return f"smtp://127.0.0.1:{self.server_address[1]}"

    def __enter__(self):
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_):
        self.released.set()
        self.shutdown()
        self.server_close()
