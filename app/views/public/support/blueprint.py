from flask import Blueprint

blueprint = Blueprint("support", __name__)
