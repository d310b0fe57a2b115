"""gunicorn's settings for all that are compared: as gunicorn.conf.py, without what only our own program needs."""

import gc

workers, worker_class, threads, keepalive, timeout, loglevel = 1, "gthread", 4, 600, 60, "error"


def post_worker_init(worker):
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 50, 50)
