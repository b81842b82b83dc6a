from flask import Blueprint

pages = Blueprint("worklist", __name__)
