"""Many connections, few threads: whichever thread is free takes the next connections that have something to read.

A connection is told of once, to one thread, and then no more until it is armed again, so nothing is handed over
between threads and what one page sends is worked on in its order.
"""

import select


class _Epoll:
    def __init__(self):
        self._epoll = select.epoll()

    def add(self, fd):
        self._epoll.register(fd, select.EPOLLONESHOT)

    def arm(self, fd, *, reading, writing):
        wanted = (select.EPOLLIN if reading else 0) | (select.EPOLLOUT if writing else 0)
        self._epoll.modify(fd, wanted | select.EPOLLONESHOT)

    def wait(self, most, seconds=None):
        """The file descriptors of ready connections, ``most`` of them at most, as soon as there are any."""
        return [fd for fd, _ in self._epoll.poll(seconds, most)]


class _Kqueue:
    def __init__(self):
        self._kqueue = select.kqueue()

    def add(self, fd):
        """Nothing is asked yet."""

    def arm(self, fd, *, reading, writing):
        filters = [select.KQ_FILTER_READ] * reading + [select.KQ_FILTER_WRITE] * writing
        once = select.KQ_EV_ADD | select.KQ_EV_ONESHOT
        self._kqueue.control([select.kevent(fd, which, once) for which in filters], 0)

    def wait(self, most, seconds=None):
        return [event.ident for event in self._kqueue.control(None, most, seconds)]


Readiness = _Epoll if hasattr(select, "epoll") else _Kqueue
