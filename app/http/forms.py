"""What a form sent."""

from __future__ import annotations

from werkzeug.datastructures import MultiDict

from app.errors import Invalid


def one(form: MultiDict[str, str], name: str) -> str:
    """A field that is given once. Raises Invalid."""
    values = form.getlist(name)
    if len(values) != 1:
        raise Invalid(f"The form must give {name} once. Go back, load the page again and fill it in once more.")
    return values[0]
