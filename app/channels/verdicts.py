"""What a channel says when it could not deliver."""


class Refused(Exception):
    """This delivery failed. ``permanent``: trying it again is useless; ``wait``: a timedelta the receiver asked for."""

    def __init__(self, text, *, permanent, wait=None):
        super().__init__(text)
        self.permanent, self.wait = permanent, wait


class Permanent(Refused):
    def __init__(self, text):
        super().__init__(text, permanent=True)


class Temporary(Refused):
    def __init__(self, text, *, wait=None):
        super().__init__(text, permanent=False, wait=wait)


class Gone(Permanent):
    """Nobody is behind this address any more: it is forgotten, and nothing else will be sent there."""


class Unreachable(Exception):
    """The channel itself is down: nothing can be said about this delivery, and the next would meet the same."""
