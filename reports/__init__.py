"""Reports: a definition yields rows; one writer makes the workbook."""
