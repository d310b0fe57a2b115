"""A program on the loopback that takes webhooks: it checks each by the standard's own library, and can misbehave."""

import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from standardwebhooks import Webhook
from standardwebhooks.webhooks import WebhookVerificationError


class Receiver:
    """``answer``: (status, headers); ``delay``: seconds before it. ``received``: the checked messages."""

    def __init__(self):
        self.secrets, self.received, self.ids, self.asked = [], [], [], 0
        self.answer, self.delay = (204, {}), 0
        handler = type("Handler", (_Handler,), {"receiver": self})
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()

    def stop(self):
        self.server.shutdown()
        self.server.server_close()

    def checked(self, body, headers):
        """The message as each known secret reads it: how many of them fit, and what it says."""
        said = []
        for secret in self.secrets:
            try:
                said.append(Webhook(secret).verify(body, headers))
            except WebhookVerificationError:
                continue
        return said


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        receiver = self.receiver
        receiver.asked += 1
        time.sleep(receiver.delay)
        said = receiver.checked(body, dict(self.headers))
        status, headers = receiver.answer if said else (401, {})
        if said and status < 300:
            receiver.received.append(said)
            receiver.ids.append(self.headers["webhook-id"])
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", "0")
        self.end_headers()
