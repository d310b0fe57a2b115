"""Who gets into the office and the console."""


def test_the_console_is_for_owners(build, browser_of, visitor):
    assert browser_of(build.supervisor()).get("/supervisor/").status_code == 200
    assert browser_of(build.client()).get("/supervisor/").status_code == 403
    assert browser_of(build.realtor()).get("/supervisor/").status_code == 403


def test_the_office_is_for_realtors(build, browser_of):
    assert browser_of(build.supervisor()).get("/office/").status_code == 403
    assert browser_of(build.client()).get("/office/").status_code == 403
