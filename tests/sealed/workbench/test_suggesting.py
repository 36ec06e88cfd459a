"""Suggested codes at the desk: shown and never ticked, hidden from a tenth, counted without a word."""

import re
from types import SimpleNamespace

import numpy as np
import pytest
from django.core.serializers import serialize

from closecall.public.taxonomy import queries as taxonomy
from closecall.sealed.workbench import actions, queries
from closecall.sealed.workbench.actions import suggesting as acting
from closecall.sealed.workbench.models import SuggestionCount, SuggestionTenth
from closecall.sealed.workbench.queries import suggesting
from closecall.sealed.workbench.rules import sentences
from closecall.sealed.workbench.rules import suggesting as rules
from closecall.sealed.workbench.rules.suggesting import Fate
from closecall.text.suggesting import learn
from tests.text.suggesting.invented import stories, vector

from .conftest import code, redact, screen
from .test_pages import no_static_files, sign_in, text_of, version_of  # noqa: F401 - fixtures

pytestmark = [pytest.mark.once, pytest.mark.django_db(databases=["default", "sealed"])]

STORY = "I walked up. A dog ran loose. We waited. My partner called."
DOG, RAIN = "missed_firearm", "ambush"


@pytest.fixture
def unaided(monkeypatch):
    """Decides who sees suggestions; nobody is unaided unless the test says so."""
    chosen = SimpleNamespace(all=False)
    monkeypatch.setattr(rules, "is_unaided", lambda _public_id, _secret: chosen.all)
    return chosen


@pytest.fixture
def trained(monkeypatch, unaided):
    """Models that know dogs as one event and rain as another."""
    fake = SimpleNamespace(vector=lambda text, most_chunks=1: vector(text))
    monkeypatch.setattr(suggesting, "MODEL", fake)
    texts, vectors, coded = stories(240)
    names = {"cue/dog": f"event/{DOG}", "cue/rain": f"event/{RAIN}", "cue/night": "event/unheard_of"}
    machine = learn(texts, vectors, [frozenset(names[one] for one in codes) for codes in coded])
    machine.save(suggesting.suggestions_path())
    return machine


def ready(send, anna, ben) -> str:
    report = send(STORY)
    screen(report.public_id, anna, ben)
    redact(report.public_id, anna)
    return report.public_id


def test_a_suggestion_comes_with_p_and_its_sentence_and_is_not_ticked(trained, send, anna, ben, sign_in):  # noqa: F811
    case = ready(send, anna, ben)
    page = text_of(sign_in(anna).get(f"/cases/{case}/code/?part=event"))
    label = taxonomy.pack().facet("event").code(DOG).label
    shown = page[page.index("Suggested") :]
    assert label in shown
    assert re.search(r"s2 0\.\d\d</span> A dog ran loose\.", shown)
    assert " selected>" not in page
    assert "checked" not in page.split("The text doesn't say")[0]
    assert queries.coding_of(queries.head(case), anna).coding.codes == ()


def test_accepting_chooses_the_sentence_and_saves(trained, send, anna, ben, sign_in):  # noqa: F811
    case = ready(send, anna, ben)
    browser = sign_in(anna)
    page = text_of(browser.get(f"/cases/{case}/code/?part=event"))
    pressed = re.search(rf'name="accept" value="({DOG}:\d+)"', page)
    assert pressed is not None
    typed = {"act": "facet", "part": "event", "version": version_of(page), "accept": pressed[1]}
    assert browser.post(f"/cases/{case}/code/", typed).status_code == 302
    applied = queries.coding_of(queries.head(case), anna).coding.of("event")
    assert [(one.code, one.sentence) for one in applied] == [(DOG, "A dog ran loose.")]
    again = text_of(browser.get(f"/cases/{case}/code/?part=event"))
    assert f'value="{DOG}:' not in again


def test_enter_saves_and_never_accepts(trained, send, anna, ben, sign_in):  # noqa: F811
    case = ready(send, anna, ben)
    page = text_of(sign_in(anna).get(f"/cases/{case}/code/?part=event"))
    form = page[page.index('name="act" value="facet"') :]
    first = re.search(r"<button[^>]*>", form)
    assert first is not None and 'name="next"' in first[0]


def test_what_was_chosen_by_hand_stays_when_a_suggestion_is_accepted(trained, send, anna, ben, sign_in):  # noqa: F811
    case = ready(send, anna, ben)
    browser = sign_in(anna)
    page = text_of(browser.get(f"/cases/{case}/code/?part=event"))
    typed = {"act": "facet", "part": "event", "version": version_of(page), "accept": f"{DOG}:2"}
    browser.post(f"/cases/{case}/code/", typed | {f"rests-{DOG}": "3"})
    (applied,) = queries.coding_of(queries.head(case), anna).coding.of("event")
    assert applied.sentence == "We waited."


def test_an_accepted_sentence_that_is_not_there_is_refused(trained, send, anna, ben, sign_in):  # noqa: F811
    case = ready(send, anna, ben)
    browser = sign_in(anna)
    page = text_of(browser.get(f"/cases/{case}/code/?part=event"))
    typed = {"act": "facet", "part": "event", "version": version_of(page), "accept": f"{DOG}:99"}
    assert browser.post(f"/cases/{case}/code/", typed).status_code == 422


def test_the_unaided_tenth_sees_none_and_is_told_why(trained, unaided, send, anna, ben, sign_in):  # noqa: F811
    case = ready(send, anna, ben)
    unaided.all = True
    page = text_of(sign_in(anna).get(f"/cases/{case}/code/?part=event"))
    assert "coded without suggestions" in page
    assert 'name="accept"' not in page


def test_nothing_is_suggested_before_anything_was_learned(send, anna, ben, sign_in, unaided):  # noqa: F811
    case = ready(send, anna, ben)
    page = text_of(sign_in(anna).get(f"/cases/{case}/code/?part=event"))
    assert 'name="accept"' not in page
    assert suggesting.how_good().rows == ()


def test_a_broken_model_file_takes_no_page_with_it(trained, send, anna, ben, sign_in):  # noqa: F811
    (suggesting.suggestions_path() / "model.npz").write_bytes(b"broken")
    case = ready(send, anna, ben)
    assert sign_in(anna).get(f"/cases/{case}/code/?part=event").status_code == 200
    actions.propose(case, over=code(case, anna), by=anna)
    assert not SuggestionCount.objects.exists()


def test_a_proposal_is_counted_once_without_words_or_case(trained, send, anna, ben):
    case = ready(send, anna, ben)
    actions.propose(case, over=code(case, anna, event=RAIN), by=anna)
    rows = {row.code: row for row in SuggestionCount.objects.all()}
    assert (rows[f"event/{DOG}"].refused, rows[f"event/{DOG}"].accepted) == (1, 0)
    assert rows[f"event/{RAIN}"].missed == 1
    assert sum(row.n for row in SuggestionTenth.objects.all()) == 2
    kept = serialize("json", [*SuggestionCount.objects.all(), *SuggestionTenth.objects.all()])
    assert case not in kept and "dog" not in kept.replace(DOG, "")
    actions.reopen(case, by=anna)
    actions.finish_redaction(case, over=queries.redaction_of(queries.head(case), anna).version, by=anna)
    actions.propose(case, over=queries.coding_of(queries.head(case), anna).version, by=anna)
    assert SuggestionCount.objects.get(code=f"event/{DOG}").refused == 1


def test_the_page_says_how_good_they_are(trained, unaided, send, anna, ben, cara, sign_in):  # noqa: F811
    empty = text_of(sign_in(cara).get("/suggestions/"))
    assert "judged none yet" in empty or "Nothing has been learned yet" in empty
    case = ready(send, anna, ben)
    actions.propose(case, over=code(case, anna, event=DOG), by=anna)
    page = text_of(sign_in(cara).get("/suggestions/"))
    assert "analysts took 1" in page
    assert taxonomy.pack().facet("event").code(DOG).label in page
    assert "<circle" in page


def test_a_screener_sees_neither(trained, dov, sign_in):  # noqa: F811
    assert sign_in(dov).get("/suggestions/").status_code == 403


def test_one_case_in_ten_is_unaided_and_the_secret_decides_which():
    ids = [f"C{number:05d}" for number in range(4000)]
    drawn = [rules.is_unaided(one, "secret") for one in ids]
    assert 0.08 < np.mean(drawn) < 0.12
    assert drawn == [rules.is_unaided(one, "secret") for one in ids]
    assert drawn != [rules.is_unaided(one, "another") for one in ids]


def test_what_readers_never_see_is_never_suggested():
    pack = taxonomy.pack()
    keys = {facet.key for facet in rules.suggestible(pack)}
    assert not keys & {facet.key for facet in pack.facets if facet.class_only}
    assert "source" not in keys


def test_five_a_facet_are_shown_and_none_that_is_unlikely():
    likely = [(f"a/{n}", 0.9 - n / 100) for n in range(8)] + [("b/x", 0.05)]
    assert [key for key, _p in rules.shown_of(likely)] == [f"a/{n}" for n in range(5)]
    found = rules.judge(likely, {"a/0", "a/7", "b/x", "c/unmodelled"}, unaided=False)
    assert dict(found.fates) == {
        "a/0": Fate.ACCEPTED,
        **{f"a/{n}": Fate.REFUSED for n in range(1, 5)},
        "a/7": Fate.MISSED,
        "b/x": Fate.MISSED,
    }
    assert (8, True) in found.tenths and len(found.tenths) == 9


def test_with_few_published_reports_training_leaves_descriptions_only(trained, monkeypatch):
    monkeypatch.setattr(acting, "MODEL", SimpleNamespace(vector=lambda text, most_chunks=1: vector(text)))
    done = acting.train()
    assert done.codes == 0
    assert "too few" in done.sentence
    assert not (suggesting.suggestions_path() / "model.npz").exists()
    state = SimpleNamespace(
        pack=taxonomy.pack(),
        text="Hands out of sight or kept there.",
        sentences=sentences.split("Hands out of sight or kept there."),
    )
    found = suggesting.suggestions_of("AAAAAA", state, taxonomy.pack().facet("cues"))
    assert found.rows[0].code == "hidden_hands"
    assert found.rows[0].p is None
