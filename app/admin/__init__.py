"""The two Flask-Admin instances: /office/ for realtors, /supervisor/ for owners."""

from flask_admin import Admin

from app.admin import office, supervisor, theme
from app.admin.theme import fragments


def init_app(app):
    mount(app, office, "office", theme.OFFICE)
    mount(app, supervisor, "supervisor", theme.CONSOLE)
    told = (theme.is_unfolded, theme.kept_menu, theme.href, theme.may_open)
    told += (fragments.drawn_once, fragments.hole, fragments.query)
    app.jinja_env.globals.update({each.__name__: each for each in told} | {"admin_menu": theme.menu_of})


def mount(app, package, word, look):
    """One instance at ``/<word>/``; its package names the index view and the others, in the order of the menu."""
    index = package.index_view()
    admin = Admin(app, name=word, url=f"/{word}", endpoint=word, index_view=index, theme=look)
    admin.add_views(*package.views())
