"""For whoever watches the process: alive, and ready to serve."""

from flask import Blueprint, current_app, jsonify
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from app.doors import public
from app.extensions import db, limiter

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
@limiter.exempt
@public
def alive():
    return jsonify(ok=True)


@blueprint.get("/readyz")
@limiter.exempt
@public
def ready():
    checks = {"database": _database()}
    if current_app.config["SETTINGS"].redis_url:
        checks["redis"] = _redis(current_app.config["SETTINGS"].redis_url)
    return jsonify(ok=all(checks.values()), **checks), 200 if all(checks.values()) else 503


def _database():
    try:
        db.session.execute(text("SELECT 1"))
    except SQLAlchemyError:
        return False
    return True


def _redis(url):
    from redis import Redis
    from redis.exceptions import RedisError

    try:
        return Redis.from_url(url, socket_timeout=2).ping()
    except RedisError:
        return False
