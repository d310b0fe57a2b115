"""Flask, without a question that it asks of every view and hook in every request."""

from flask import Flask


class Site(Flask):
    def ensure_sync(self, func):
        """None of ours is a coroutine; to look at a dozen of them each time took a fiftieth of a page."""
        return func
