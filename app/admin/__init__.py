"""The two Flask-Admin instances: /office/ for realtors, /supervisor/ for owners."""


def init_app(app):
    pass
