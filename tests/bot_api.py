"""The Bot API on the loopback: as strict as the real one about tokens, chats, buttons and updates not yet confirmed."""

import json
import threading
from html.parser import HTMLParser
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count

TOKEN = "4242:a-token-of-a-test"
TAGS = {"b", "i", "blockquote", "a", "code"}


class BotApi:
    """``sent``: the messages, by number; ``said`` their texts. ``errors``: method → (code, description, parameters)."""

    def __init__(self):
        self.sent, self.calls, self.updates, self.errors, self.blocked = {}, [], [], {}, set()
        self.numbers, self.update_ids, self.callback_ids = count(100), count(7000), count(1)
        self.waiting = set()  # callbacks that nobody has answered
        handler = type("Handler", (_Handler,), {"api": self})
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()

    def stop(self):
        self.server.shutdown()
        self.server.server_close()

    @property
    def said(self):
        return [message["text"] for message in self.sent.values()]

    def update(self, **fields):
        self.updates.append({"update_id": next(self.update_ids)} | fields)
        return self.updates[-1]

    def write(self, chat, text=None, reply_to=None, kind="private", **media):
        """A person writes to the bot; ``reply_to`` is the number of the bot's message."""
        message = {"message_id": next(self.numbers), "chat": {"id": chat, "type": kind}}
        message["from"] = {"id": chat, "username": f"user{chat}", "language_code": "ru"}
        if text is not None:
            message["text"] = text
        if reply_to is not None:
            message["reply_to_message"] = {"message_id": reply_to}
        return self.update(message=message | media)

    def press(self, chat, number, data):
        """A person presses a button under the bot's message ``number``."""
        query = {"id": f"cb{next(self.callback_ids)}", "from": {"id": chat, "language_code": "ru"}, "data": data}
        self.waiting.add(query["id"])
        return self.update(callback_query=query | {"message": {"message_id": number, "chat": {"id": chat}}})

    # What the bot may call.

    def getMe(self, **_):
        return {"id": 4242, "is_bot": True, "username": "otklik_test_bot"}

    def deleteWebhook(self, **_):
        return True

    def getUpdates(self, offset=0, timeout=0, allowed_updates=(), **_):
        """What is below ``offset`` is confirmed and gone; the rest comes again and again."""
        self.updates = [update for update in self.updates if update["update_id"] >= offset]
        return self.updates

    def sendMessage(self, chat_id, text, parse_mode=None, reply_markup=None, **more):
        if chat_id in self.blocked:
            raise ApiError(403, "Forbidden: bot was blocked by the user")
        if not text or len(text) > 4096:
            raise ApiError(400, "Bad Request: message is too long")
        if parse_mode == "HTML":
            _Strict().feed(text)
        for button in (button for row in (reply_markup or {}).get("inline_keyboard", []) for button in row):
            if not button.get("url", "https:").startswith("https:"):
                raise ApiError(400, "Bad Request: BUTTON_URL_INVALID")
            if len(button.get("callback_data", "").encode()) > 64:
                raise ApiError(400, "Bad Request: BUTTON_DATA_INVALID")
        number = next(self.numbers)
        self.sent[number] = {"chat": chat_id, "text": text, "markup": reply_markup} | more
        return {"message_id": number, "chat": {"id": chat_id}}

    def answerCallbackQuery(self, callback_query_id, text="", **_):
        if callback_query_id not in self.waiting or len(text) > 200:
            raise ApiError(400, "Bad Request: query is too old and response timeout expired or query ID is invalid")
        self.waiting.remove(callback_query_id)
        return True

    def editMessageReplyMarkup(self, chat_id, message_id, reply_markup=None):
        self.sent[message_id]["markup"] = reply_markup
        return True


class ApiError(Exception):
    def __init__(self, code, text, **parameters):
        super().__init__(code, text, parameters)


class _Strict(HTMLParser):
    def handle_starttag(self, tag, attributes):
        if tag not in TAGS:
            raise ApiError(400, "Bad Request: can't parse entities")


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def do_POST(self):
        fields = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        token, _, method = self.path.removeprefix("/bot").partition("/")
        try:
            answer = {"ok": True, "result": self._result(token, method, fields)}
        except ApiError as error:
            code, text, parameters = error.args
            answer = {"ok": False, "error_code": code, "description": text, "parameters": parameters}
        body = json.dumps(answer).encode()
        self.send_response(answer.get("error_code", 200))
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _result(self, token, method, fields):
        if token != TOKEN:
            raise ApiError(401, "Unauthorized")
        self.api.calls.append((method, fields))
        if method in self.api.errors:
            code, text, parameters = self.api.errors[method]
            raise ApiError(code, text, **parameters)
        return getattr(self.api, method)(**fields)
