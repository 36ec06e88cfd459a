"""Numbers only: counted under seal, issued once a month, destroyed, and never worked out afterwards."""

from dataclasses import replace
from datetime import date

import pytest
from django.db import connections

from closecall.errors import BadInput, Conflict, NotAllowed, Unavailable
from closecall.public.studies import actions as studies
from closecall.public.studies import queries as published
from closecall.public.studies.models import MonthlySheet
from closecall.public.studies.rules.numbers import NEITHER, Counted, after, month_of
from closecall.sealed.intake import actions as intake
from closecall.sealed.intake.models import IntakeGeneration
from closecall.sealed.intake.rules.weeks import monday_of
from closecall.sealed.workbench import actions, queries
from closecall.sealed.workbench.models import Case, IssuedMonth, Outbox, Tally
from closecall.sealed.workbench.queries import cases
from closecall.site.audit.models import AuditEntry

from .conftest import GO_ON, Send, Sent, code, keyless, redact, schedule, screen
from .test_pages import no_static_files, sign_in, text_of

__all__ = ["no_static_files", "sign_in"]
pytestmark = pytest.mark.django_db(databases=["default", "sealed"])


def first_of_next_month() -> date:
    month = after(month_of(cases.today()))
    return date(int(month[:4]), int(month[5:]), 1)


def counted_as(sent: Sent, by) -> Counted | None:
    return queries.tally_of(queries.head(sent.public_id), by)


def numbers_only(send: Send, *people, category: str = "") -> Sent:
    """A report that its reporter gave for numbers only, screened by two."""
    sent = send(use="numbers_only")
    for person in people:
        actions.screen(sent.public_id, replace(GO_ON, category=category), by=person)
    return sent


# ---------------------------------------------------------------- counting


def test_what_both_screeners_say_counts_at_once(send, anna, ben):
    sent = numbers_only(send, anna, ben, category="ambush")
    assert counted_as(sent, anna) == Counted("attack", NEITHER)
    assert queries.numbers_only().waiting == () and queries.numbers_only().counted == 1


def test_what_nobody_knows_waits_for_an_analyst(send, anna, ben, cara):
    sent = numbers_only(send, anna, ben)
    assert [head.public_id for head in queries.numbers_only().waiting] == [sent.public_id]
    actions.tally(sent.public_id, "road", "death", "chance_only", by=cara)
    assert counted_as(sent, ben) == Counted("road", "A")
    actions.tally(sent.public_id, NEITHER, "unknown", "unknown", by=cara)
    assert counted_as(sent, ben) == Counted(NEITHER, NEITHER)
    assert Tally.objects.count() == 1 and queries.numbers_only().waiting == ()


def test_a_coded_case_kept_for_numbers_counts_as_it_was_coded(report, anna, ben):
    screen(report.public_id, anna, ben)
    redact(report.public_id, anna)
    code(report.public_id, anna, "own_collision")
    actions.count_only(report.public_id, by=anna)
    counted = counted_as(report, anna)
    assert counted is not None and counted.group == "road" and counted.risk_class in {"A", "B", "C"}


def test_nothing_but_the_month_stands_in_the_clear(send, anna, ben):
    numbers_only(send, anna, ben, category="ambush")
    numbers_only(send, anna, ben)
    row = Tally.objects.get()
    assert row.month == month_of(cases.today())
    assert b"attack" not in bytes(row.envelope)
    assert not [entry for entry in AuditEntry.objects.all() if "attack" in str(entry.detail)]


def test_what_once_stood_in_the_library_is_not_counted(report, anna, ben, cara):
    screen(report.public_id, anna, ben)
    schedule(report.public_id, anna, ben)
    actions.release_batch(by=ben)
    actions.unpublish(report.public_id, by=anna)
    assert queries.numbers_only().waiting == () and not Tally.objects.exists()
    with pytest.raises(Conflict):
        actions.tally(report.public_id, "road", "unknown", "unknown", by=cara)


def test_eleven_accounts_of_one_event_count_once(send, anna, ben):
    sent = [numbers_only(send, anna, ben, category="ambush") for _ in range(11)]
    for other in sent[1:]:
        for person in (anna, ben):
            actions.join(sent[0].public_id, other.public_id, by=person)
    actions.issue_months(by=ben, on=first_of_next_month())
    assert all(cell.reports is None for one in published.sheets() for cell in one.sheet.cells)
    assert not Tally.objects.exists()


def test_only_what_is_on_the_lists_and_who_may_code(send, anna, ben, cara, dov):
    sent = numbers_only(send, anna, ben)
    for group, harm in (("volcano", "unknown"), ("other", "unknown"), ("road", "volcano"), ("road", "")):
        with pytest.raises(BadInput):
            actions.tally(sent.public_id, group, harm, "unknown", by=cara)
    with pytest.raises(NotAllowed):
        actions.tally(sent.public_id, "road", "unknown", "unknown", by=dov)
    waiting = send()
    with pytest.raises(Conflict):
        actions.tally(waiting.public_id, "road", "unknown", "unknown", by=cara)


# ---------------------------------------------------------------- issuing


def test_a_month_is_issued_once_after_it_is_over_and_its_tallies_are_destroyed(send, anna, ben):
    sent = [numbers_only(send, anna, ben, category="ambush") for _ in range(12)]
    numbers_only(send, anna, ben, category="own_collision")
    with pytest.raises(Conflict):
        actions.issue_months(by=ben)
    day = first_of_next_month()
    this = month_of(cases.today())
    assert actions.issue_months(by=ben, on=day)[-1] == this
    told = {(c.table, c.code): c.reports for c in published.sheet_of(this).sheet.cells}
    assert told["group", "attack"] == 12 and told["group", "road"] is None
    assert not Tally.objects.exists() and not Outbox.objects.exists()
    assert queries.head(sent[0].public_id).counted_in == this
    with pytest.raises(Conflict):
        actions.issue_months(by=ben, on=day)
    with pytest.raises(Conflict):
        actions.tally(sent[0].public_id, "road", "unknown", "unknown", by=ben)
    assert [entry.obj for entry in AuditEntry.objects.filter(action="numbers.issued")] == [this]


def test_a_month_is_issued_although_nothing_was_counted_in_it(founded, ben):
    IntakeGeneration.objects.update(opened_week="2026-W01")
    assert actions.issue_months(by=ben, on=date(2026, 4, 1)) == ("2025-12", "2026-01", "2026-02", "2026-03")
    assert all(cell.reports is None for one in published.sheets() for cell in one.sheet.cells)


def test_what_is_taken_back_before_its_month_is_issued_does_not_count(send, anna, ben):
    sent = [numbers_only(send, anna, ben, category="ambush") for _ in range(12)]
    intake.withdraw(sent[0].enter())
    intake.withdraw(sent[1].enter())
    assert counted_as(sent[0], anna) is None  # burnt at once, for every passphrase
    actions.issue_months(by=ben, on=first_of_next_month())
    assert all(cell.reports is None for one in published.sheets() for cell in one.sheet.cells)


def test_what_is_taken_back_later_changes_no_issued_month(send, anna, ben):
    sent = [numbers_only(send, anna, ben, category="ambush") for _ in range(11)]
    actions.issue_months(by=ben, on=first_of_next_month())
    before = published.sheets()
    intake.withdraw(sent[0].enter())
    actions.replay()
    assert published.sheets() == before
    told = {cell.code: cell.reports for cell in before[0].sheet.of("group")}
    assert told["attack"] == 11


def test_a_tally_outlives_the_erased_original_and_goes_with_a_withdrawal(send, anna, ben, settings):
    settings.DEMO = True
    kept, taken = (numbers_only(send, anna, ben, category="ambush") for _ in range(2))
    actions.erase_due(by=ben)
    assert counted_as(kept, anna) == Counted("attack", NEITHER)
    intake.withdraw(taken.enter())
    actions.erase_due(by=ben)
    assert [row.case_id for row in Tally.objects.all()] == [kept.report_id]


def test_a_month_reaches_the_public_wing_later_when_it_is_out_of_reach(send, anna, ben, monkeypatch):
    numbers_only(send, anna, ben, category="ambush")
    with monkeypatch.context() as broken:

        def away(*_args: object, **_more: object) -> None:
            raise Unavailable

        broken.setattr(studies, "issue_month", away)
        actions.issue_months(by=ben, on=first_of_next_month())
    assert Outbox.objects.count() == 1 and not MonthlySheet.objects.exists()
    assert b"reports" in bytes(Outbox.objects.get().payload)
    assert actions.replay() == 0
    assert not Outbox.objects.exists() and MonthlySheet.objects.exists()


def test_a_restored_desk_does_not_issue_a_month_twice(send, anna, ben):
    day = first_of_next_month()
    [numbers_only(send, anna, ben, category="ambush") for _ in range(11)]
    actions.issue_months(by=ben, on=day)
    before = published.sheets()
    IssuedMonth.objects.all().delete()
    Case.objects.update(counted_in="")
    numbers_only(send, anna, ben, category="ambush")
    actions.issue_months(by=ben, on=day)
    assert published.sheets() == before and not Outbox.objects.exists()


def test_only_an_approver_who_holds_the_keys_issues(send, anna, ben, cara):
    numbers_only(send, anna, ben, category="ambush")
    for person in (cara, keyless(ben)):
        with pytest.raises(NotAllowed):
            actions.issue_months(by=person, on=first_of_next_month())
    assert not IssuedMonth.objects.exists() and Tally.objects.count() == 1


def test_the_month_that_is_due_rests_on_the_calendar_alone(founded):
    began = IntakeGeneration.objects.get().opened_week
    assert queries.numbers_only(on=monday_of(began)).due == ()
    with connections["sealed"].cursor() as cursor:
        cursor.execute("select count(*) from intake_sealedreport")
        assert cursor.fetchone()[0] == 0
    assert queries.numbers_only(on=first_of_next_month()).due[-1] == month_of(cases.today())


# ---------------------------------------------------------------- pages


def test_an_analyst_counts_a_case_on_its_page(send, anna, ben, cara, sign_in):
    sent = numbers_only(send, anna, ben)
    browser = sign_in(cara)
    assert f"/cases/{sent.public_id}/count/" in text_of(browser.get("/numbers/"))
    assert "1 to count" in text_of(browser.get("/queue/"))
    page = f"/cases/{sent.public_id}/count/"
    refused = browser.post(page, {"harm": "death"})
    assert refused.status_code == 422 and "choose a group" in text_of(refused)
    answer = browser.post(page, {"group": "road", "harm": "death", "margin": "chance_only"}, follow=True)
    assert "It counts as: Road, class A" in text_of(answer)
    assert "Nothing waits" in text_of(browser.get("/numbers/"))
    browser.post(page, {"group": "none", "harm": "unknown", "margin": "unknown"})
    assert "It counts as: none of the groups." in text_of(browser.get(page))


def test_the_count_page_stands_with_cases_for_numbers_only(report, anna, ben, sign_in):
    browser = sign_in(anna)
    assert "/count/" not in text_of(browser.get(f"/cases/{report.public_id}/triage/"))
    answer = browser.get(f"/cases/{report.public_id}/count/")
    assert answer.status_code == 200 and "isn’t counted" in text_of(answer)


def test_the_month_is_issued_with_one_button(send, anna, ben, cara, sign_in):
    IntakeGeneration.objects.update(opened_week="2026-W01")
    assert "Issue 2025-12" not in text_of(sign_in(cara).get("/numbers/"))
    assert sign_in(cara).post("/numbers/").status_code == 403
    browser = sign_in(ben)
    assert "Issue 2025-12" in text_of(browser.get("/numbers/"))
    assert "Issued: 2025-12" in text_of(browser.post("/numbers/"))
    again = browser.post("/numbers/")
    assert again.status_code == 409 and "No month is due" in text_of(again)
