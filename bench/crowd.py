"""A thousand connected people, embedded and grown, each beside a bare echo on the same kind and number of servers.

Grown: PostgreSQL, Redis and two chat processes, the people spread over both, so that half of the pairs talk across.
"""

import asyncio
import statistics
import tempfile
import time
import uuid
from contextlib import ExitStack, contextmanager
from pathlib import Path

import sqlalchemy as sa

from app.models import engine as engines
from bench import scene
from bench.chat import ECHO, application, lively, talk
from bench.servers import gunicorn, memory
from bench.wire import connect_all
from tests.servers import Cluster, RedisServer

OURS = ("-c", "gunicorn.conf.py")
OWN_ENGINE = {"OWN_ENGINE": "1"}
MISSED = 10  # messages that each has missed when all come back
SETTLED = 25  # seconds after which every open page has been asked once whether it is there, and goes on being asked


def embedded(people=1_000, seconds=10, rate=100):
    """Rows for bench.report: SQLite, one process."""
    with tempfile.TemporaryDirectory() as folder:
        commits = _bare_commits(Path(folder) / "bare.sqlite3", seconds, rate)
        what = f"what the disk takes, a bare commit, {rate}/s"
        yield (f"{what}: p50", None, commits[len(commits) // 2], "ms")
        yield (f"{what}: p99", None, commits[int(len(commits) * 0.99)], "ms")
        yield from _measure(Path(folder), {}, 1, people, seconds, rate)


def _bare_commits(path, seconds, rate):
    """Milliseconds of each paced commit of one small row, on a log that has its room: no message can be quicker."""
    engine, times = sa.create_engine(f"sqlite:///{path}"), []
    engines.prepare(engine)
    with engine.begin() as connection:
        connection.execute(sa.text("CREATE TABLE messages (id INTEGER PRIMARY KEY, body TEXT)"))
    engines.make_room(engine)
    begin = time.perf_counter()
    for n in range(seconds * rate):
        time.sleep(max(0, begin + n / rate - time.perf_counter()))
        start = time.perf_counter()
        with engines.reading(engine) as raw:
            raw.execute("BEGIN IMMEDIATE")
            raw.execute("INSERT INTO messages (body) VALUES ('Можно посмотреть завтра?')")
            raw.execute("COMMIT")
        times.append((time.perf_counter() - start) * 1000)
    engine.dispose()
    return sorted(times)


def grown(people=1_000, seconds=10, rate=100):
    """Rows for bench.report: PostgreSQL, Redis, two processes."""
    with tempfile.TemporaryDirectory() as folder, _grown_servers() as environment:
        return _measure(Path(folder), environment, 2, people, seconds, rate)


def idle(sockets=10_000, active=100, seconds=10, rate=100, settled=SETTLED):
    """Rows for bench.report: so many sockets that only listen, and among them ``active`` people who talk; embedded.

    Nobody talks before ``settled`` seconds have gone by: keeping so many lines alive is what they cost.
    """
    pairs = active // 2
    with tempfile.TemporaryDirectory() as folder:
        place = scene.build(application(Path(folder)), pairs, sockets // 10)
        listeners = place.realtors[pairs:] or place.realtors
        cookies = [listeners[n % len(listeners)] for n in range(sockets)]  # people with many tabs
        sides = [{"me": f"c{n}", "peer": f"r{n}"} for n in range(pairs)]
        others = [{"me": side["peer"], "peer": side["me"]} for side in sides]
        # Threads of its own for each of so many sockets are more than a system allows.
        with gunicorn("bench.echo:app", environment=OWN_ENGINE, options=ECHO) as (base, pid):
            people = [
                {"auths": [{"me": f"x{n}", "peer": ""} for n in range(sockets)]},
                {"auths": sides},
                {"auths": others},
            ]
            floor = asyncio.run(_among_listeners(base, pid, people, ["x"] * pairs, settled, seconds, rate))
        with gunicorn("wsgi:app", folder, options=OURS) as (base, pid):
            people = [{"cookies": cookies}, {"cookies": place.clients}, {"cookies": place.realtors[:pairs]}]
            found = asyncio.run(_among_listeners(base, pid, people, place.conversations, settled, seconds, rate))
    return [
        (f"memory with {sockets:,} idle sockets", floor["memory"], found["memory"], "MB", "≤ 700 MB"),
        (f"message between {active} active among them, {rate}/s: p50", floor["p50"], found["p50"], "ms"),
        (f"message between {active} active among them, {rate}/s: p99", floor["p99"], found["p99"], "ms", "≤ 20 ms"),
        ("messages per second, saturated", floor["per_second"], found["per_second"], "/s"),
        ("messages lost or doubled", floor["wrong"], found["wrong"], "count", "0"),
    ]


async def _among_listeners(base, pid, people, conversations, settled, seconds, rate):
    listeners, senders, receivers = [await connect_all(base, **who, at_once=100) for who in people]
    await asyncio.sleep(settled)
    used = memory(pid)
    result = await talk(senders, receivers, conversations, seconds, rate)
    await asyncio.gather(*(wire.close() for wire in listeners))
    return result | {"memory": used}


@contextmanager
def _grown_servers():
    cluster, redis = Cluster(durable=True), RedisServer()
    try:
        yield {"DATABASE_URL": cluster.start(), "REDIS_URL": redis.start()}
    finally:
        cluster.stop()
        redis.stop()


def _measure(folder, environment, processes, people, seconds, rate):
    database = {name: value for name, value in environment.items() if name == "DATABASE_URL"}
    app = application(folder, database)  # without Redis: what is written here while all are away is told to nobody
    place = scene.build(app, people // 2)
    with _running("bench.echo:app", processes, environment=environment, options=ECHO) as (bases, pids):
        # In one process its 3,000 threads let 28 messages through a second, until lines break.
        floor = asyncio.run(_echo(bases, pids, people, seconds, rate, saturated=processes > 1))
    own = environment | OWN_ENGINE | ({} if environment else {"STORED_IN": str(folder / "echo.sqlite3")})
    with _running("bench.echo:app", processes, environment=own, options=ECHO) as (bases, pids):
        stricter = asyncio.run(_echo(bases, pids, people, seconds, rate))
    with _running("wsgi:app", processes, folder, environment, OURS) as (bases, pids):
        found = asyncio.run(_ours(bases, pids, app, place, seconds, rate))
    return list(_rows(floor, stricter, found, people, rate, grown=processes > 1))


@contextmanager
def _running(target, processes, instance=None, environment=None, options=()):
    """(addresses, process ids) of so many servers of one kind."""
    with ExitStack() as stack:
        started = [stack.enter_context(gunicorn(target, instance, environment, options)) for _ in range(processes)]
        yield [base for base, _ in started], [pid for _, pid in started]


def _rows(floor, stricter, found, people, rate, grown):
    def row(words, name, unit, aim=""):
        return (words, floor.get(name), found[name], unit, aim)

    yield row(f"messages per second, {people:,} sockets, saturated", "per_second", "/s", "≤ 1.67 ×" if grown else "")
    on_ours = "against an echo on our own engine" + ("" if grown else " that stores")
    yield (f"messages per second, {on_ours}", stricter["per_second"], found["per_second"], "/s")
    yield ("messages per second, each read at once by the other side", None, found["lively"], "/s")
    yield row(f"message to the other side, {rate}/s: p50", "p50", "ms")
    yield row(f"message to the other side, {rate}/s: p99", "p99", "ms", "≤ 2 ×")
    yield row("messages lost or doubled", "wrong", "count", "0")
    yield row("memory per connection", "weight", "KB", "≤ 1.3 ×")
    yield (f"message to the other side, {on_ours}: p99", stricter["p99"], found["p99"], "ms")
    yield (f"memory per connection, {on_ours}", stricter["weight"], found["weight"], "KB")
    yield row(f"all {people:,} back at once, the middle one caught up", "storm_p50", "ms")
    yield row(f"all {people:,} back at once, the last one caught up", "storm", "ms", "≤ 1,500 ms")
    yield (f"… {on_ours}, that sends none of them anew", stricter["storm"], found["storm"], "ms")
    yield row(f"of {MISSED} missed messages each: lost", "lost", "count", "0")
    yield row(f"of {MISSED} missed messages each: doubled", "doubled", "count", "0")


async def _echo(bases, pids, people, seconds, rate, saturated=True):
    sides = [{"me": f"c{n}", "peer": f"r{n}"} for n in range(people // 2)]
    others = [{"me": side["peer"], "peer": side["me"]} for side in sides]
    await _leave(await connect_all(bases, auths=sides[:20]))  # what a first visit loads is no connection's
    before = _memory(pids)
    senders = await connect_all(bases, auths=sides)
    receivers = await connect_all(_across(bases), auths=others)
    weight = (_memory(pids) - before) * 1024 / people
    result = await talk(senders, receivers, ["x"] * len(sides), seconds, rate, saturated)
    await _leave(senders + receivers)
    back = await _all_at_once(senders + receivers, _ask_echo)
    return result | _storm(back) | {"weight": weight}


async def _ask_echo(wire):
    """The least a server can do for one who comes back."""
    await wire.call("message:send", {"nonce": str(uuid.uuid4())})


async def _ours(bases, pids, app, place, seconds, rate):
    pairs = len(place.clients)
    await _leave(await connect_all(bases, cookies=place.clients[:20]))
    before = _memory(pids)
    senders = await connect_all(bases, cookies=place.clients)
    receivers = await connect_all(_across(bases), cookies=place.realtors[:pairs])
    weight = (_memory(pids) - before) * 1024 / (2 * pairs)
    result = await talk(senders, receivers, place.conversations, seconds, rate)
    await asyncio.to_thread(_note_that_all_are_here, app)
    result["lively"] = await lively(senders, receivers, place.conversations, seconds)
    await _leave(senders + receivers)
    return result | await _come_back(app, senders + receivers, place.conversations * 2) | {"weight": weight}


def _note_that_all_are_here(app):
    """As the next sweep would."""
    from app.models.accounts import User
    from app.models.base import utcnow
    from app.services.transaction import transaction

    with app.app_context(), transaction() as session:
        session.execute(sa.update(User).values(last_seen_at=utcnow()))


def _across(bases):
    """Addresses for the other sides: over two servers half of the pairs sit apart."""
    return [base for base in bases for _ in bases]


def _memory(pids):
    return sum(memory(pid) for pid in pids)


async def _leave(wires):
    await asyncio.gather(*(wire.close() for wire in wires))
    await asyncio.sleep(2)


async def _come_back(app, wires, conversations):
    """Everybody misses MISSED messages, comes back in the same moment and asks for them."""
    known = await asyncio.to_thread(_write_missed, app)
    heard = {}

    async def catch_up(wire, conversation):
        heard[wire] = await _missing(wire, conversation, known[conversation])

    of_wire = dict(zip(wires, conversations, strict=True))
    back = await _all_at_once(wires, lambda wire: catch_up(wire, of_wire[wire]))
    expected = {c: range(seq + 1, seq + MISSED + 1) for c, seq in known.items()}
    lost = sum(len(set(expected[of_wire[wire]]) - set(seqs)) for wire, seqs in heard.items())
    doubled = sum(len(seqs) - len(set(seqs)) for seqs in heard.values())
    return _storm(back) | {"lost": lost, "doubled": doubled}


async def _missing(wire, conversation, since):
    """The seqs after ``since``, page by page as the chat page asks for them."""
    seqs, last = [], None
    while last is None or since < last:
        answer = await wire.call("conversation:sync", {"conversation": conversation, "since": since})
        seqs += [message["seq"] for message in answer["messages"]]
        since, last = seqs[-1] if seqs else since, answer["state"]["last_seq"]
    return seqs


def _write_missed(app):
    """What is said while nobody is connected: public id of each conversation → the seq before it."""
    from app.constants import MessageKind
    from app.models.base import utcnow
    from app.models.conversations import Conversation, Message
    from app.services.transaction import transaction

    with app.app_context(), transaction() as session:
        chats = session.execute(
            sa.select(Conversation.id, Conversation.public_id, Conversation.last_seq, Conversation.client_id)
        ).all()
        common = {"kind": MessageKind.TEXT, "body": "Пока вас не было", "created_at": utcnow()}
        rows = [
            common | {"conversation_id": id, "seq": last + n, "nonce": uuid.uuid4(), "sender_id": client}
            for id, _, last, client in chats
            for n in range(1, MISSED + 1)
        ]
        session.execute(sa.insert(Message), rows)
        counts = Conversation.last_seq, Conversation.client_messages
        moved = sa.update(Conversation).values({count: count + MISSED for count in counts})
        session.execute(moved.execution_options(synchronize_session=False))
    return {str(public_id): last for _, public_id, last, _ in chats}


async def _all_at_once(wires, ask):
    """Milliseconds until each is connected again and has what it asked for, sorted."""
    begin = time.perf_counter()

    async def back(wire):
        await wire.connect()
        await ask(wire)
        return (time.perf_counter() - begin) * 1000

    return sorted(await asyncio.gather(*(back(wire) for wire in wires)))


def _storm(times):
    return {"storm_p50": statistics.median(times), "storm": times[-1]}
