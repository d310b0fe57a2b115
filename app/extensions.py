"""The Flask extensions, unbound; create_app() binds them."""

from flask_babel import Babel
from flask_login import LoginManager
from flask_sqlalchemy import SQLAlchemy
from flask_wtf import CSRFProtect
from sqlalchemy import MetaData

from app.absent import absent

with absent("aiohttp", "better_exceptions", "chardet", "charset_normalizer", "PIL", "redis", "rich", "websocket"):
    import flask_admin.form  # noqa: F401  (for pictures of models that nobody here has)
    import requests  # noqa: F401  (to guess the alphabet of texts that do not tell it: ours tell)
    import structlog  # noqa: F401  (for coloured logs: ours are JSON)
    from flask_limiter import Limiter
    from flask_limiter.util import get_remote_address
    from flask_socketio import SocketIO

# One naming convention, so that migrations can name every constraint on both databases.
NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

db = SQLAlchemy(metadata=MetaData(naming_convention=NAMES))
login = LoginManager()
csrf = CSRFProtect()
babel = Babel()
limiter = Limiter(key_func=get_remote_address)
socketio = SocketIO()
