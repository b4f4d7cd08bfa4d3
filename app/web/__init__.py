"""The pages: thin views, one module an area. A view reads its input, calls one function, renders one template."""

from __future__ import annotations

from flask import Flask

from app.web import (
    accounts,
    actions,
    alerts,
    causes,
    curating,
    documents,
    health,
    history,
    home,
    lookup,
    map,
    misses,
    outcomes,
    patterns,
    reading,
    search,
    services,
    stubs,
    suggestions,
    verdicts,
    words,
)


def install(app: Flask) -> None:
    words.install(app)
    outcomes.install(app)
    for module in (
        home,
        search,
        lookup,
        documents,
        causes,
        services,
        map,
        history,
        alerts,
        actions,
        patterns,
        curating,
        verdicts,
        stubs,
        misses,
        suggestions,
        reading,
        accounts,
        health,
    ):
        app.register_blueprint(module.bp)
