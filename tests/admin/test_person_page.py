"""The page of a person leads to what they have on the service."""

import re
from html import unescape
from urllib.parse import unquote

from app.access.permissions import Permission
from app.services import search


def facts(browser, person):
    page = browser.get(f"/supervisor/people/{person.public_id}/").get_data(as_text=True)
    return page.partition('<dl class="facts">')[2].partition("</dl>")[0]


def test_a_client_leads_to_their_inquiries_and_a_realtor_to_what_they_accepted(build, browser_of):
    anna, petr = build.client("Анна Соколова"), build.realtor("Пётр Новак")
    older = [build.inquiry(anna, number=2001 + n) for n in range(7)]
    build.conversation(older[0], petr)
    search.rebuild()
    owner = browser_of(build.supervisor())
    told = facts(owner, anna)
    assert [f"/inquiries/{each.public_id}/" in told for each in older] == [False] * 2 + [True] * 5, "the newest"
    assert "и ещё 2" in told
    [all_of_hers] = re.findall(r'href="(/supervisor/inquiries/\?[^"]+)"', told)
    build.inquiry(number=2010, wishes=f"как у {anna.email}")
    listed = owner.get(unescape(all_of_hers)).get_data(as_text=True)
    shown = [f"№\xa0{number}" in listed for number in (*range(2001, 2008), 2010)]
    assert shown == [True] * 7 + [False], "hers and nobody else's"
    assert f"client={anna.public_id}" in told and anna.email not in unquote(all_of_hers)
    told = facts(owner, petr)
    assert f"/supervisor/conversations/?realtor={petr.public_id}" in told
    assert "Запросы" not in facts(owner, build.client("Новая Клиентка")), "nothing to lead to, nothing said"


def test_who_may_only_look_at_people_is_told_nothing_of_their_inquiries(build, browser_of):
    inquiry = build.inquiry(build.client("Анна"), number=2001)
    told = facts(browser_of(build.staff(Permission.PEOPLE_READ)), inquiry.client)
    assert "2001" not in told and "/inquiries/" not in told
