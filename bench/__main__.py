"""``make bench``: every measurement in one run, printed as tables. ``--quick`` is a smoke test, not a measurement."""

import argparse
import os
import platform

from bench import chat, fanout, lists, report, statistics


def main():
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="small data and short runs")
    parser.add_argument("--only", choices=("chat", "fanout", "lists", "statistics"), help="one part")
    asked = parser.parse_args()
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, embedded SQLite")
    small, large = (200, 2_000) if asked.quick else (1_000, 1_000_000)
    if asked.only in (None, "chat"):
        rows = chat.run(pairs=10, realtors=20, seconds=3, rate=20) if asked.quick else chat.run()
        report.show("Chat and public pages", rows)
    if asked.only in (None, "fanout"):
        report.show("One inquiry to a whole city", fanout.run(50 if asked.quick else 1_000))
    if asked.only in (None, "lists"):
        report.show(f"Lists: {large:,} inquiries against {small:,}", lists.run(small, large))
    if asked.only in (None, "statistics"):
        report.show(f"Statistics: {large:,} inquiries against {small:,}", statistics.run(small, large))


if __name__ == "__main__":
    main()
