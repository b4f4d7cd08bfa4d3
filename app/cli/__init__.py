"""The `hindsight` command. A command's module is imported only when that command runs, so that none waits for it."""

from __future__ import annotations

import io
import os
import sys
from importlib import import_module

import click

from app.cli.console import EXIT_CODES, INTERRUPTED, PIPE_CLOSED, UNAVAILABLE, exit_code, fail
from app.cli.loading import uncollected
from app.errors import AppError

# Name -> (where the command is, what it does): `hindsight --help` is written from here, without importing any of them.
COMMANDS = {
    "serve": ("app.cli.serve:serve", "Serve the site: web processes, and the index worker beside them."),
    "worker": ("app.cli.serve:worker", "Keep the index up to the library, until stopped."),
    "ingest": ("app.cli.ingest:ingest", "Read content into the library and the index."),
    "check": ("app.cli.ingest:check", "Say what is wrong in content, without reading it in."),
    "rebuild": ("app.cli.index:rebuild", "Build the index anew beside the one in use, and swap it in."),
    "search": ("app.cli.search:search", "Find documents, as the results page does."),
    "lookup": ("app.cli.lookup:lookup", "Say what is known about a pasted alert, error, log or trace."),
    "show": ("app.cli.show:show", "Show one document."),
    "similar": ("app.cli.similar:similar", "Find the past incidents that are most like one."),
    "patterns": ("app.cli.patterns:patterns", "Show what recurs, and what was promised."),
    "tags": ("app.cli.tags:tags", "Say which causes a text speaks of, with the sentences that say so."),
    "eval": ("app.cli.evaluate:evaluate", "Measure the search by questions whose answers are known."),
    "user": ("app.cli.users:user", "Manage who may sign in."),
}


class Hindsight(click.Group):
    """Imports commands late, and turns what is raised into one sentence and an exit code."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name][0].partition(":")
        with uncollected():
            command: click.Command = getattr(import_module(module), name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, help) for name, (_, help) in COMMANDS.items()])

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Exit codes"):
            formatter.write_dl([(str(code), meaning) for code, meaning in EXIT_CODES.items()])
        super().format_epilog(ctx, formatter)

    def invoke(self, ctx: click.Context) -> None:
        if os.environ.get("NO_COLOR"):
            ctx.color = False
        # A file's name may hold bytes that are no text: it is shown escaped rather than not at all.
        if isinstance(sys.stdout, io.TextIOWrapper):
            sys.stdout.reconfigure(errors="backslashreplace")
        try:
            super().invoke(ctx)
        except AppError as error:
            fail(str(error), exit_code(error))
        except BrokenPipeError:
            # Whoever read the output has had enough. Python would complain of it once more when it ends.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            ctx.exit(PIPE_CLOSED)
        except OSError as error:
            place = f": {os.fsdecode(error.filename)}" if isinstance(error.filename, str | bytes) else ""
            fail(f"{error.strerror or error}{place}.", UNAVAILABLE)
        except (KeyboardInterrupt, click.Abort):
            click.echo(err=True)
            ctx.exit(INTERRUPTED)


@click.group(
    cls=Hindsight,
    epilog="Example: hindsight search 'pool exhausted'. Settings are HINDSIGHT_* variables; README.md lists them.",
)
@click.version_option(package_name="hindsight", message="%(prog)s %(version)s")
def main() -> None:
    """A searchable knowledge base of incidents: post-mortems, runbooks, and what they promised."""
