"""The ``flask`` commands (DESIGN section 5). Each is a thin door: it reads its options and calls a service."""

import sys

import click
from flask import current_app
from flask.cli import with_appcontext
from flask_migrate import upgrade
from sqlalchemy import select

from app.errors import InvalidInput
from app.extensions import db
from app.integrations import geonames
from app.models.accounts import User
from app.models.places import Country
from app.services import accounts, content, integrity, join_links, places
from app.serving import Site
from app.tasks import worker as jobs


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


@click.command()
@with_appcontext
def worker():
    """Deliver letters and do what the clock asks, until TERM or Ctrl-C."""
    jobs.run(current_app._get_current_object())


@click.command()
@click.pass_context
@with_appcontext
def serve(context):
    """Prepare the database, then the web server with its worker, until TERM or Ctrl-C."""
    upgrade()
    content.load_defaults()
    commands = current_app.cli.commands
    if db.session.scalar(select(Country.id).limit(1)) is None:
        context.invoke(commands["places"])
    if current_app.config["SETTINGS"].demo and db.session.scalar(select(User.id).limit(1)) is None:
        context.invoke(commands["demo"])
    db.session.remove()
    raise SystemExit(Site().run())


@click.command(name="places")
@with_appcontext
def load_places():
    """Load the world's countries and cities; what is there already stays as it is."""
    loaded = places.load_gazetteer(countries=geonames.countries(), cities=geonames.cities())
    click.echo(f"Added {loaded.countries} countries and {loaded.cities} cities")


@click.command("create-supervisor")
@click.argument("email")
@click.option("--password-stdin", is_flag=True, required=True, help="Read the password from standard input.")
@with_appcontext
def create_supervisor(email, password_stdin):
    """An owner's account."""
    password = sys.stdin.readline().rstrip("\r\n")
    try:
        user = accounts.create_supervisor(email, password)
    except InvalidInput as error:
        raise click.ClickException(str(error.message)) from None
    click.echo(f"{user.email} can sign in now.")


@click.command("join-link")
@click.option("--rotate", is_flag=True, help="Make a new address; the old one stops working.")
@with_appcontext
def join_link(rotate):
    """Print the realtors' closed link; it is made when there is none."""
    link = join_links.main_link() or join_links.create("main", actor=None)
    if rotate:
        join_links.rotate(link, actor=None)
    click.echo(current_app.config["SETTINGS"].public_url + join_links.path_of(link))


# One name per line: adding a command here is all that registering it takes.
COMMANDS = (
    check,
    create_supervisor,
    join_link,
    load_places,
    serve,
    worker,
)  # fmt: skip


def init_app(app, settings):
    for command in COMMANDS:
        app.cli.add_command(command)
