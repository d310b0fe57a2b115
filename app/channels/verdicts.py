"""What a channel says when it could not deliver."""


class Refused(Exception):
    """This delivery failed. ``permanent``: trying it again is useless."""

    def __init__(self, text, *, permanent):
        super().__init__(text)
        self.permanent = permanent


class Unreachable(Exception):
    """The channel itself is down: nothing can be said about this delivery, and the next would meet the same."""
