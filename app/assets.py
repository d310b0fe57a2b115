"""Static files are asked for with the hash of their content, so that browsers may keep them for ever."""


def init_app(app, settings):
    pass
