"""`python -m app.cli` is the `hindsight` command."""

from app.cli import main

main(prog_name="hindsight")
