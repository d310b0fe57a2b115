"""The ``flask`` commands (DESIGN section 5). Each is a thin door: it reads its options and calls a service."""

import click
from flask.cli import with_appcontext

from app.services import integrity


@click.command()
@with_appcontext
def check():
    """Integrity: statistics against raw rows, counters against messages. Exit code 1 where something differs."""
    findings = integrity.check()
    for finding in findings:
        click.echo(f"BROKEN  {finding.rule}: {finding.count} rows, for example {finding.examples}")
    click.echo(f"{len(integrity.RULES) - len(findings)} rules hold, {len(findings)} broken")
    if findings:
        raise SystemExit(1)


# One name per line: adding a command here is all that registering it takes.
COMMANDS = (
    check,
)  # fmt: skip


def init_app(app, settings):
    for command in COMMANDS:
        app.cli.add_command(command)
