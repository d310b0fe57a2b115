"""What an answer cost on the server, told in a header of its own. All that are compared wear the same one."""

import time

HEADER = "X-Spent"  # milliseconds: of the clock, of this thread's processor


class Timed:
    def __init__(self, application):
        self.application = application

    def __call__(self, environ, start_response):
        clock, processor = time.perf_counter(), time.thread_time()
        begun = []
        answer = self.application(environ, lambda *begin: begun.append(begin))
        body = b"".join(answer)
        getattr(answer, "close", lambda: None)()
        spent = (time.perf_counter() - clock) * 1000, (time.thread_time() - processor) * 1000
        (status, headers, *_), *_ = begun
        headers = [(name, value) for name, value in headers if name.lower() != "content-length"]
        own = [(HEADER, f"{spent[0]:.3f} {spent[1]:.3f}"), ("Content-Length", str(len(body)))]
        start_response(status, headers + own)
        return [body]
