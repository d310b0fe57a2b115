"""``make bench``: every measurement in one run, printed as tables. ``--quick`` is a smoke test, not a measurement."""

import argparse
import os
import platform

from bench import beside, chat, crowd, exports, fanout, imports, kills, lists, meanwhile, report, statistics

PARTS = ("beside", "chat", "crowd", "exports", "fanout", "imports", "kills", "lists", "meanwhile", "statistics")


def main():
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="small data and short runs")
    parser.add_argument("--only", choices=PARTS, help="one part")
    on = ("embedded", "grown", "idle", "live", *beside.LISTS)
    parser.add_argument(
        "--on", choices=on, help="one part of the crowd or the fan-out; one list beside those of others"
    )
    parser.add_argument("--seconds", type=int, default=10, help="how long the crowd talks, each of the two ways")
    parser.add_argument("--rounds", type=int, default=200, help="how many kills; each takes some 2 s")
    parser.add_argument("--rows", type=int, help="how many inquiries the large side of lists and statistics has")
    parser.add_argument("--lines", type=int, help="how many rows the files of exports have; 100,000 and a million each")
    parser.add_argument("--few", type=int, help="how many the small side has")
    asked = parser.parse_args()
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, embedded SQLite")
    small, large = (200, 2_000) if asked.quick else (asked.few or 1_000, asked.rows or 1_000_000)
    if asked.only in (None, "beside"):
        parts = [asked.on] if asked.on in beside.LISTS else None
        beside.run(large, parts, **({"runs": 5, "seconds": 0} if asked.quick else {}))
    if asked.only in (None, "chat"):
        rows = chat.run(pairs=10, realtors=20, seconds=3, rate=20) if asked.quick else chat.run()
        report.show("Chat and public pages", rows)
    if asked.only in (None, "crowd"):
        _crowd(asked.on, asked.quick, asked.seconds)
    if asked.only == "kills":
        report.show("kill -9 at random points", list(kills.rows(asked.rounds)))
    if asked.only in (None, "fanout"):
        _fanout(asked.on, asked.quick)
    if asked.only in (None, "exports"):
        for rows in (1_000,) if asked.quick else [asked.lines] if asked.lines else (100_000, 1_000_000):
            found = exports.run(rows, large=large, stock=rows <= 100_000)
            report.show(f"Lists as files: {rows:,} of {large:,} inquiries", found)
    if asked.only in (None, "imports"):
        report.show("A file of people brought in", imports.run(200 if asked.quick else 10_000))
    if asked.only in (None, "lists"):
        report.show(f"Lists: {large:,} inquiries against {small:,}", lists.run(small, large))
    if asked.only == "meanwhile" or (asked.only is None and not asked.quick):
        report.show("A chat while a long list is written", meanwhile.run(large))
    if asked.only in (None, "statistics"):
        report.show(f"Statistics: {large:,} inquiries against {small:,}", statistics.run(small, large))


def _fanout(on, quick):
    if on != "live":
        report.show("One inquiry to a whole city", fanout.run(50 if quick else 1_000))
    for listeners in (20,) if quick else (1_000,) if on == "live" else (200, 1_000):
        report.show(f"Live, {listeners:,} connected", fanout.live(listeners, **({"rounds": 3} if quick else {})))


def _crowd(on, quick, seconds):
    size = {"people": 40, "seconds": 2, "rate": 20} if quick else {"seconds": seconds}
    if on in (None, "embedded"):
        report.show("A crowd, embedded: SQLite, one process", list(crowd.embedded(**size)))
    if on in (None, "grown"):
        report.show("A crowd, grown: PostgreSQL, Redis, two processes", crowd.grown(**size))
    if on in (None, "idle"):
        rows = (
            crowd.idle(sockets=200, active=20, seconds=2, rate=20, settled=0) if quick else crowd.idle(seconds=seconds)
        )
        report.show("Many who only listen, embedded", rows)


if __name__ == "__main__":
    main()
