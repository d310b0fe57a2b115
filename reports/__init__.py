"""Reports: a definition says title, columns and rows; one writer (workbook.py) makes the workbook of it."""
