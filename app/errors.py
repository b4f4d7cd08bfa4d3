"""The few errors that the application raises on purpose. They know nothing of HTTP; each message says what is wrong and
how to mend it.
"""


class AppError(Exception):
    """The root of all of them; `str()` of it is fit for a person to read."""


class NotFound(AppError):
    """There is no such thing, or the viewer may not know that there is."""


class Invalid(AppError):
    """What was given cannot be used as it stands."""


class Conflict(AppError):
    """Somebody else changed the thing, or holds it."""


class Forbidden(AppError):
    """The viewer is known, and may not do this."""


class Unsupported(AppError):
    """This part (an engine, a format) does not offer that."""


class Unavailable(AppError):
    """A part that is needed does not answer now; trying again later may help."""
