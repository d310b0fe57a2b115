"""XlsxWriter as its manual says, with the same cells over and over, in a process that has nothing else loaded."""

import json
import pickle
import sys
from datetime import datetime
from itertools import chain, islice, repeat
from pathlib import Path

from bench.written import measured


def main(rows, cells):
    """``cells``: the path of a pickled list of rows."""
    sample = pickle.loads(Path(cells).read_bytes())  # noqa: S301 - the bench has just written it
    print(json.dumps(measured(lambda file: _write(file, islice(chain.from_iterable(repeat(sample)), int(rows))))))


def _write(file, rows):
    import xlsxwriter  # what it is loaded with is its memory too, as all that our export makes the worker load

    with xlsxwriter.Workbook(file, {"constant_memory": True}) as book:
        sheet, moment = book.add_worksheet(), book.add_format({"num_format": "dd.mm.yyyy hh:mm"})
        for line, values in enumerate(rows):
            for column, value in enumerate(values):
                if isinstance(value, datetime):
                    sheet.write_datetime(line, column, value, moment)
                elif isinstance(value, str):
                    sheet.write_string(line, column, value)
                elif value is not None:
                    sheet.write_number(line, column, value)


if __name__ == "__main__":
    main(*sys.argv[1:])
