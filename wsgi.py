"""The WSGI entry: any server that speaks WSGI can serve `wsgi:app`."""

from app import create_app

app = create_app()
