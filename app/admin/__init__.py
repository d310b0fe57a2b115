"""The two Flask-Admin instances: /office/ for realtors, /supervisor/ for owners."""

from flask_admin import Admin

from app.admin import office, supervisor, theme


def init_app(app):
    mount(app, office, "office", theme.OFFICE)
    mount(app, supervisor, "supervisor", theme.CONSOLE)


def mount(app, package, word, look):
    """One instance at ``/<word>/``; its package says which view is the index and which others there are, in menu order."""
    index = package.index_view()
    admin = Admin(app, name=word, url=f"/{word}", endpoint=word, index_view=index, theme=look)
    admin.add_views(*package.views())
    app.jinja_env.globals["admin_menu"] = theme.menu_of
