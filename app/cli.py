"""The ``flask`` commands (DESIGN section 5). Each is a thin door: it reads its options and calls a service."""


def init_app(app, settings):
    pass
