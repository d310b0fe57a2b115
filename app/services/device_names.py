"""A browser as people would call it: «Chrome, Windows»."""

from flask_babel import gettext as _


def words(browser, system):
    return ", ".join(filter(None, (browser, system))) or _("An unknown browser")


def device_name(sign_in):
    return words(sign_in.browser, sign_in.system)
