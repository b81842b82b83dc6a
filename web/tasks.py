from flask import Blueprint

pages = Blueprint("tasks", __name__)
