"""Addresses of the doors, built by code that werkzeug writes for each of them."""

from werkzeug.routing import Rule


class LateRule(Rule):
    """That code is written when the first address is asked for: for five hundred doors it is half of an app's start."""

    def _compile_builder(self, append_unknown=True):
        kept = "_build_unknown" if append_unknown else "_build"

        def first(rule, **values):
            build = super()._compile_builder(append_unknown).__get__(rule, None)
            setattr(rule, kept, build)
            return build(**values)

        return first
