"""The running program on embedded SQLite beside its floors: a bare echo, bare SQLite commits, a bare Flask page."""

import asyncio
import gc
import os
import re
import shutil
import sqlite3
import statistics
import subprocess
import tempfile
import time
import uuid
from pathlib import Path

import aiohttp

from bench import scene
from bench.servers import gunicorn, memory
from bench.wire import connect_all

WARM = 2  # seconds of paced messages that are not counted
ECHO = ("-k", "gthread", "-w", "1", "--threads", "1200", "--worker-connections", "2400")  # as gunicorn.conf.py


def run(pairs=100, realtors=200, seconds=10, rate=100):
    """Rows of (work, floor, ours, unit) for bench.report; latencies in milliseconds.

    Half of the talking people are realtors; for the submits the city's other ``realtors`` are connected too.
    """
    with tempfile.TemporaryDirectory() as folder:
        place = prepare(Path(folder), pairs, realtors)
        with gunicorn("bench.echo:app", options=ECHO) as (echo, _):
            floor = asyncio.run(measure_echo(echo, pairs, realtors, seconds, rate))
            floor_page = requests_per_second(echo + "/")
        with gunicorn("wsgi:app", instance=folder, options=("-c", "gunicorn.conf.py")) as (ours, pid):
            found = asyncio.run(measure_ours(ours, place, seconds, rate))
            home = requests_per_second(ours + "/")
            chat = requests_per_second(f"{ours}/my/conversations/{place.conversations[0]}", place.clients[0])
            used = memory(pid)
        commits = sqlite_commits(Path(folder))
    people = 2 * pairs
    return [
        (f"message to the other side, {people} people, {rate}/s: p50", floor["p50"], found["p50"], "ms"),
        (f"message to the other side, {people} people, {rate}/s: p99", floor["p99"], found["p99"], "ms"),
        ("messages lost or doubled", floor["wrong"], found["wrong"], "count"),
        ("messages per second, committed, against bare SQLite commits", commits, found["per_second"], "/s"),
        ("messages per second against the echo", floor["per_second"], found["per_second"], "/s"),
        (
            f"submit to the live list of the last of {realtors} connected realtors, p50 (floor: bare broadcast)",
            floor["fan_out"],
            found["fan_out"],
            "ms",
        ),
        ("submit: the POST itself, p50 (floor: bare broadcast's answer)", floor["post"], found["post"], "ms"),
        ("home page against a bare Flask page", floor_page, home, "/s"),
        ("chat page against a bare Flask page", floor_page, chat, "/s"),
        (f"memory of the web process after {pairs + realtors} connected people", None, used, "MB"),
    ]


def prepare(folder, pairs, realtors):
    return scene.build(application(folder), pairs, realtors)


def application(folder, environment=None):
    """The program on an empty, migrated database, as the servers of this folder and ``environment`` will see it."""
    os.environ["INSTANCE_PATH"] = str(folder)
    from app import create_app, schema
    from app.config import Settings

    app = create_app(Settings.from_env(folder, environment))
    with app.app_context():
        schema.upgrade()
    return app


async def measure_echo(base, pairs, realtors, seconds, rate):
    sides = [{"me": f"c{n}", "peer": f"r{n}"} for n in range(pairs)]
    senders = await connect_all(base, auths=sides)
    receivers = await connect_all(base, auths=[{"me": s["peer"], "peer": s["me"]} for s in sides])
    result = await talk(senders, receivers, ["x"] * pairs, seconds, rate)
    receivers += await connect_all(base, auths=[{"me": f"x{n}", "peer": ""} for n in range(pairs, realtors)])
    times = [await broadcast(senders[0], receivers) for _ in range(10)]
    return result | {"fan_out": statistics.median(t[1] for t in times), "post": statistics.median(t[0] for t in times)}


async def measure_ours(base, place, seconds, rate):
    senders = await connect_all(base, cookies=place.clients)
    pairs = len(senders)
    receivers = await connect_all(base, cookies=place.realtors[:pairs])
    result = await talk(senders, receivers, place.conversations, seconds, rate)
    receivers += await connect_all(base, cookies=place.realtors[pairs:])
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as http:
        times = [await submit(http, base, place, n, receivers) for n in range(10)]
    return result | {"fan_out": statistics.median(t[1] for t in times), "post": statistics.median(t[0] for t in times)}


async def talk(senders, receivers, conversations, seconds, rate, saturated=True):
    """A paced part for latency, then a saturated part for throughput: every sender with one message on its way."""
    sent, arrived, doubled = {}, {}, 0

    def hear(name, payload):
        nonlocal doubled
        if name == "message":
            nonce = payload["nonce"]
            doubled += nonce in arrived
            arrived[nonce] = time.perf_counter()

    for wire in receivers:
        wire.on_event = hear

    async def say(n):
        nonce = str(uuid.uuid4())
        sent[nonce] = time.perf_counter()
        message = {"conversation": conversations[n], "nonce": nonce, "kind": "text", "body": "Можно посмотреть завтра?"}
        answer = await senders[n].call("message:send", message)
        if not answer["ok"]:
            raise RuntimeError(answer)
        return nonce

    async with asyncio.timeout(WARM + 3 * seconds + 90):
        await asyncio.gather(*(say(n) for n in range(len(senders))))
        await _pace(say, len(senders), WARM, rate)
        gc.collect()
        gc.freeze()  # the generator's own pauses are nobody's latency
        nonces = await _pace(say, len(senders), seconds, rate)
        await _until(lambda: set(nonces) <= set(arrived))
        times = sorted((arrived[n] - sent[n]) * 1000 for n in nonces if n in arrived)
        per_second = await saturate(say, len(senders), seconds) if saturated else None
        await _until(lambda: set(sent) <= set(arrived))
    return {
        "p50": times[len(times) // 2],
        "p99": times[int(len(times) * 0.99)],
        "per_second": per_second,
        "wrong": len(set(sent) - set(arrived)) + doubled,
    }


async def _pace(say, people, seconds, rate):
    """``rate`` messages a second, whether or not the last one has been answered."""
    paced, begin = [], time.perf_counter()
    for step in range(seconds * rate):
        await asyncio.sleep(max(0, begin + step / rate - time.perf_counter()))
        paced.append(asyncio.create_task(say(step % people)))
    return await asyncio.gather(*paced)


async def _until(true, seconds=15):
    end = time.perf_counter() + seconds
    while not true() and time.perf_counter() < end:
        await asyncio.sleep(0.2)


async def saturate(say, people, seconds):
    count, end = 0, time.perf_counter() + seconds

    async def speak(n):
        nonlocal count
        while time.perf_counter() < end:
            await say(n)
            count += time.perf_counter() < end

    await asyncio.gather(*(speak(n) for n in range(people)))
    return count / seconds


async def lively(senders, receivers, conversations, seconds):
    """Messages per second, each read by the other side before its writer goes on: two events and their answers."""

    async def say(n):
        where = {"conversation": conversations[n]}
        message = where | {"nonce": str(uuid.uuid4()), "kind": "text", "body": "А послезавтра?"}
        said = await senders[n].call("message:send", message)
        read = await receivers[n].call("message:read", where | {"seq": said["message"]["seq"]})
        if not read["ok"]:
            raise RuntimeError(read)

    return await saturate(say, len(senders), seconds)


async def broadcast(sender, receivers):
    """(answer, last receiver) in ms of one event to everybody."""
    last = expect(receivers)
    begin = time.perf_counter()
    await sender.call("broadcast", {"id": str(uuid.uuid4())})
    answered = time.perf_counter()
    return (answered - begin) * 1000, (await last - begin) * 1000


def expect(receivers):
    """A future: the moment when every receiver has heard ``inquiry:new``."""
    waiting, done = set(range(len(receivers))), asyncio.get_running_loop().create_future()

    def listener(n):
        def hear(name, payload):
            if name == "inquiry:new":
                waiting.discard(n)
                if not waiting and not done.done():
                    done.set_result(time.perf_counter())

        return hear

    for n, wire in enumerate(receivers):
        wire.on_event = listener(n)
    return asyncio.wait_for(done, 30)


async def submit(http, base, place, n, receivers):
    headers = {"Cookie": place.clients[n]}
    async with http.get(base + "/", headers=headers) as page:
        hidden = dict(re.findall(r'<input[^>]*type="hidden"[^>]*name="([^"]+)"[^>]*value="([^"]*)"', await page.text()))
    await asyncio.sleep(3)  # the form refuses to be filled faster than a person could
    form = hidden | {
        "deal": "rent", "country": "CZ", "city": place.city, "property_type": "apartment", "rooms": "2",
        "budget_max": "900", "currency": "EUR", "wishes": f"Тихо, рядом парк {n}",
    }  # fmt: skip
    last, begin = expect(receivers), time.perf_counter()
    async with http.post(base + "/inquiries", data=form, headers=headers, allow_redirects=False) as answer:
        answered = time.perf_counter()
        if answer.status != 303:
            raise RuntimeError(f"submit answered {answer.status}")
    return (answered - begin) * 1000, (await last - begin) * 1000


def requests_per_second(url, cookie="", seconds=5):
    """wrk when it is installed, else a loop of our own (which costs the server more of its cores)."""
    if shutil.which("wrk"):
        command = ["wrk", "-t1", "-c16", f"-d{seconds}s", "-H", f"Cookie: {cookie}", url]
        out = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        if "Non-2xx" in out:
            raise RuntimeError(f"{url} does not answer 200")
        return float(re.search(r"Requests/sec:\s+([\d.]+)", out).group(1))
    return asyncio.run(_own_load(url, cookie, seconds))


async def _own_load(url, cookie, seconds):
    count, end = 0, time.perf_counter() + seconds

    async def ask(http):
        nonlocal count
        while time.perf_counter() < end:
            async with http.get(url, headers={"Cookie": cookie}) as answer:
                answer.raise_for_status()
                await answer.read()
                count += 1

    async with aiohttp.ClientSession() as http:
        await asyncio.gather(*(ask(http) for _ in range(16)))
    return count / seconds


def sqlite_commits(folder, seconds=5):
    """What the disk allows: one small insert a commit, WAL, synchronous=FULL, nothing else."""
    connection = sqlite3.connect(folder / "floor.sqlite3", isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("CREATE TABLE messages (id INTEGER PRIMARY KEY, body TEXT)")
    count, end = 0, time.perf_counter() + seconds
    while time.perf_counter() < end:
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("INSERT INTO messages (body) VALUES ('Можно посмотреть завтра?')")
        connection.execute("COMMIT")
        count += 1
    connection.close()
    return count / seconds
