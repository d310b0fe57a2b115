"""The ``flask`` commands (DESIGN section 5). Each is a thin door: it reads its options and calls a service.

Every server reads this file as it starts: what one command alone needs is imported by that command.
"""

import sys

import click
from flask import current_app
from flask.cli import with_appcontext
from flask_babel import force_locale
from sqlalchemy import select

from app import schema
from app.constants import LOCALES, Deal, InquirySource, Period, Role, Variant
from app.errors import DomainError, InvalidInput
from app.extensions import db
from app.models.accounts import User
from app.models.places import Country
from app.services import accounts, content, integrity, join_links, menus, places, statistics
from app.serving import Site


@click.command()
@with_appcontext
def check():
    """Diagnostics: statistics against raw rows, counters against messages, … Exit code 1 where the data are damaged."""
    findings = integrity.check()
    for finding in findings:
        face = "BROKEN" if finding.rule.damage else "LOOK  "
        examples = ", ".join(str(what) for _, what in finding.examples)
        click.echo(f"{face}  {finding.rule.name}: {finding.count} rows, for example {examples}")
    damaged = [finding for finding in findings if finding.rule.damage]
    click.echo(f"{len(integrity.RULES) - len(findings)} rules hold, {len(damaged)} broken")
    if damaged:
        raise SystemExit(1)


@click.command()
@with_appcontext
def worker():
    """Deliver letters and do what the clock asks, until TERM or Ctrl-C."""
    from app.tasks import worker as jobs

    jobs.run(current_app._get_current_object())


@click.command()
@click.pass_context
@with_appcontext
def serve(context):
    """Prepare the database, then the web server with its worker, until TERM or Ctrl-C."""
    schema.upgrade()
    content.load_defaults()
    menus.load_defaults()
    commands = current_app.cli.commands
    if db.session.scalar(select(Country.id).limit(1)) is None:
        context.invoke(commands["places"])
    if current_app.config["SETTINGS"].demo and db.session.scalar(select(User.id).limit(1)) is None:
        context.invoke(commands["demo"])
    db.session.remove()
    click.echo(f"Serving {current_app.config['SETTINGS'].public_url} (Ctrl-C ends it)")
    raise SystemExit(Site().run())


@click.command(name="places")
@with_appcontext
def load_places():
    """Load the world's countries and cities; what is there already stays as it is."""
    from app.integrations import geonames

    click.echo("Loading the world's cities…")
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


@click.command("reset-second-factor")
@click.argument("email")
@with_appcontext
def reset_second_factor(email):
    """Take the codes and the passkeys from somebody who lost them. Make sure that it is them."""
    user = accounts.identities.account_with(email)
    if user is None:
        raise click.ClickException(f"There is no account {email}.")
    accounts.second_factor.reset(user, actor=None)
    accounts.passkeys.reset(user, actor=None, how="command line")
    click.echo(f"{user.email} signs in with the first step alone now.")


@click.command("join-link")
@click.option("--rotate", is_flag=True, help="Make a new address; the old one stops working.")
@with_appcontext
def join_link(rotate):
    """Print the realtors' closed link; it is made when there is none."""
    link = join_links.main_link() or join_links.create("main", actor=None)
    if rotate:
        join_links.rotate(link, actor=None)
    click.echo(current_app.config["SETTINGS"].public_url + join_links.path_of(link))


@click.command(name="demo")
@click.option("--inquiries", default=300, show_default=True, type=click.IntRange(20))
@click.option("--realtors", default=20, show_default=True, type=click.IntRange(1))
@click.option("--cities", default=6, show_default=True, type=click.IntRange(1))
@click.option("--seed", default=1, show_default=True, help="The same seed makes the same demo.")
@click.option("--force", is_flag=True, help="Even though people live in this database already.")
@with_appcontext
def load_demo(inquiries, realtors, cities, seed, force):
    """Fill an empty database with a believable city life, and print its sign-ins."""
    from app import demo

    try:
        told = demo.load(demo.Amounts(inquiries, realtors, cities, seed), force=force)
    except DomainError as error:
        raise click.ClickException(str(error.message)) from None
    click.echo(told)


@click.command(name="statistics")
@click.option(
    "--period", type=click.Choice([word.value for word in Period]), default=Period.MONTH.value, show_default=True
)
@click.option("--day", help="A day of the period, year-month-day; today if left out.")
@click.option("--from", "first", help="First day of a range.")
@click.option("--to", "last", help="Last day of a range.")
@click.option("--country", help="ISO 3166-1 alpha-2 code.")
@click.option("--city", help="Public id of a city.")
@click.option("--deal", type=click.Choice([word.value for word in Deal]))
@click.option("--source", type=click.Choice([word.value for word in InquirySource]))
@click.option(
    "--variant", type=click.Choice([word.value for word in Variant]), default=Variant.FULL.value, show_default=True
)
@click.option("--language", type=click.Choice(LOCALES), default="ru", show_default=True)
@click.option("--out", required=True, type=click.Path(dir_okay=False, writable=True))
@with_appcontext
def write_statistics(first, last, variant, language, out, **args):
    """Write the statistics workbook, the same as the console's button does."""
    owner = User(role=Role.SUPERVISOR)  # whoever sits at this machine sees everything
    with force_locale(language):
        try:
            filters = statistics.parse({**args, "from": first, "to": last})
            statistics.export(filters, Variant(variant), out, actor=owner)
        except DomainError as error:
            raise click.ClickException(f"{error.field}: {error.message}") from None
    click.echo(f"Wrote {out}")


# One name per line: adding a command here is all that registering it takes.
COMMANDS = (
    check,
    load_demo,
    create_supervisor,
    join_link,
    load_places,
    reset_second_factor,
    serve,
    worker,
    write_statistics,
)  # fmt: skip


def init_app(app, settings):
    for command in (*COMMANDS, schema.Commands(app)):
        app.cli.add_command(command)
