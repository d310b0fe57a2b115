from openpyxl import load_workbook


def test_the_command_writes_the_same_workbook(app, build, tmp_path):
    build.inquiry()
    out = tmp_path / "figures.xlsx"
    result = app.test_cli_runner().invoke(
        args=["statistics", "--period", "year", "--language", "en", "--out", str(out)]
    )
    assert result.exit_code == 0, result.output
    rows = list(load_workbook(out)["By city"].iter_rows(values_only=True))
    assert rows[1][:3] == ("Prague", "Czechia", 1)


def test_the_command_names_the_wrong_option(app, build, tmp_path):
    result = app.test_cli_runner().invoke(args=["statistics", "--day", "yesterday", "--out", str(tmp_path / "x.xlsx")])
    assert result.exit_code == 1
    assert "day:" in result.output
