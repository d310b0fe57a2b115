"""The two Flask-Admin instances: /office/ for realtors, /supervisor/ for owners."""

from flask_admin import Admin

from app.admin import office, supervisor, theme


def init_app(app):
    mount(app, office, "office", theme.OFFICE)
    mount(app, supervisor, "supervisor", theme.CONSOLE)
    app.jinja_env.globals.update(admin_menu=theme.menu_of, is_unfolded=theme.is_unfolded, query=theme.query)
    app.jinja_env.globals.update(kept=theme.kept, kept_menu=theme.kept_menu, href=theme.href, may_open=theme.may_open)


def mount(app, package, word, look):
    """One instance at ``/<word>/``; its package names the index view and the others, in the order of the menu."""
    index = package.index_view()
    admin = Admin(app, name=word, url=f"/{word}", endpoint=word, index_view=index, theme=look)
    admin.add_views(*package.views())
