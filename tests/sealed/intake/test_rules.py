"""Form tokens, proof of work, cleaning, stages, weeks, buckets."""

import base64
import json
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from closecall.errors import NotAllowed, TooBusy, Unavailable
from closecall.sealed.intake.rules import form_token, proof, questions, submission, weeks
from closecall.sealed.intake.rules.buckets import Pool, TokenBucket
from closecall.sealed.intake.rules.stages import ENDED, Stage, explanation, headline, may_become, steps
from closecall.sealed.intake.rules.submission import Submission, check, clean, from_bytes, to_bytes

KEY = b"a key of the instance"
ENTROPY = b"0123456789abcdef"
hostile = st.text(st.characters(codec=None), max_size=400)


# ------------------------------------------------------------------ form token


def test_a_token_gives_its_random_bits_back() -> None:
    token = form_token.issue(KEY, ENTROPY, purpose="share", now=1000)
    assert form_token.read(KEY, token, purpose="share", now=1030).entropy == ENTROPY


@pytest.mark.parametrize(
    ("key", "purpose", "now", "sentence"),
    [
        (b"another key", "share", 1000, form_token.WRONG),
        (KEY, "return", 1000, form_token.WRONG),
        (KEY, "share", 999, form_token.WRONG),
        (KEY, "share", 1001 + form_token.LIFETIME_SECONDS, form_token.EXPIRED),
    ],
)
def test_a_token_of_another_site_form_or_day_is_refused_with_a_sentence(
    key: bytes, purpose: str, now: int, sentence: str
) -> None:
    token = form_token.issue(KEY, ENTROPY, purpose="share", now=1000)
    with pytest.raises(NotAllowed) as refused:
        form_token.read(key, token, purpose=purpose, now=now)
    assert refused.value.sentence == sentence


@given(hostile)
def test_no_typed_token_is_believed(typed: str) -> None:
    with pytest.raises(NotAllowed):
        form_token.read(KEY, typed, purpose="share", now=1000)


@given(st.integers(0, 39), st.integers(1, 255))
def test_a_flipped_bit_breaks_a_token(place: int, bits: int) -> None:
    raw = bytearray(base64.urlsafe_b64decode(form_token.issue(KEY, ENTROPY, purpose="share", now=1000)))
    raw[place] ^= bits
    with pytest.raises(NotAllowed):
        form_token.read(KEY, base64.urlsafe_b64encode(raw).decode(), purpose="share", now=1000)


# ------------------------------------------------------------------ proof of work


def test_an_answered_challenge_holds_for_its_own_form_only() -> None:
    now = 4_000_000_000
    challenge = proof.set_challenge(KEY, "form one", most=300, now=now)
    answer = proof.solve(challenge)
    assert proof.holds(KEY, "form one", answer)
    assert not proof.holds(KEY, "form two", answer)
    assert not proof.holds(b"another key", "form one", answer)


def test_an_old_challenge_no_longer_holds() -> None:
    challenge = proof.set_challenge(KEY, "form", most=300, now=1_000_000)
    assert not proof.holds(KEY, "form", proof.solve(challenge))


def test_a_wrong_number_proves_nothing() -> None:
    answer = proof.solve(proof.set_challenge(KEY, "form", most=300, now=4_000_000_000))
    payload = json.loads(base64.b64decode(answer))
    payload["number"] += 1
    assert not proof.holds(KEY, "form", base64.b64encode(json.dumps(payload).encode()).decode())


@given(hostile | st.recursive(st.none() | st.text(max_size=5), lambda inner: st.lists(inner) | st.dictionaries(st.text(max_size=9), inner)).map(lambda value: base64.b64encode(json.dumps(value).encode()).decode()))  # fmt: skip # noqa: E501 - one strategy, one line
def test_no_broken_proof_raises(typed: str) -> None:
    assert proof.holds(KEY, "form", typed) is False


def test_a_flood_makes_the_work_harder() -> None:
    assert proof.difficulty(0) == proof.EASY < proof.difficulty(0.5) < proof.difficulty(1) == proof.HARD


@given(st.binary(min_size=16, max_size=16))
def test_a_form_asks_the_same_plain_question_each_time_and_takes_its_answer(entropy: bytes) -> None:
    question = questions.pick(entropy)
    assert question == questions.pick(entropy)
    assert all(questions.is_right(question, f"  {answer.title()}!") for answer in question.answers)
    assert not questions.is_right(question, "http://buy.example")


# ------------------------------------------------------------------ submission


@given(hostile)
def test_cleaning_keeps_every_letter_and_drops_what_misleads(text: str) -> None:
    cleaned = clean(text)
    assert clean(cleaned) == cleaned
    cleaned.encode("utf-8")
    assert not set(cleaned) & {
        chr(code) for code in [0, *range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x0D]
    }
    kept = [letter for letter in text if letter.isalnum() and letter.isprintable()]
    assert [letter for letter in cleaned if letter.isalnum() and letter.isprintable()] == kept


@given(hostile, hostile, st.lists(st.sampled_from(["attack", "driving", "own-gun"])))
def test_what_is_written_is_read_again(narrative: str, worked: str, kinds: list[str]) -> None:
    sent = Submission(
        clean(narrative), tuple(kinds), clean(worked), {"D1": "stop", "D10": "armor/worked"}, "numbers_only"
    )
    assert from_bytes(to_bytes(sent)) == sent


def test_nothing_told_is_asked_for_in_one_sentence() -> None:
    assert check(Submission(clean(" \x00\u202e\n "))) == {"narrative": submission.EMPTY}


@settings(max_examples=30)
@given(st.sampled_from(["a", "é", "🚓", '"', "\\", "\n.", "字"]))
def test_whatever_passes_the_check_fits_the_largest_bucket(letter: str) -> None:
    def longest(limit: int) -> str:
        unit = submission.sealed_bytes(letter)
        return letter * (limit // unit)

    details = {f"D{number}" + "x" * 57: "y" * 60 for number in range(submission.DETAILS_MOST)}
    full = Submission(
        longest(submission.NARRATIVE_BYTES),
        tuple(f"{number:02}" + "k" * 58 for number in range(submission.KINDS_MOST)),
        longest(submission.WORKED_BYTES),
        details,
        "numbers_only",
    )
    assert check(full) == {}
    assert submission.fits(to_bytes(full))


def test_too_long_says_how_much_to_cut() -> None:
    sentence = check(Submission("word " * 20_000))["narrative"]
    assert "Cut about 11,200 words" in sentence


# ------------------------------------------------------------------ stages and weeks


@given(st.sampled_from(Stage), st.booleans(), st.booleans(), st.integers(0, 21))
def test_the_mailbox_has_words_for_every_stage(
    stage: Stage, asked: bool, text_waits: bool, left: int
) -> None:
    assert headline(stage, asked=asked, text_waits=text_waits)
    assert explanation(stage).endswith((".", "?"))
    drawn = steps(stage, week_number=48, days_left=left)
    assert len(drawn) in (0, 5)
    assert sum(step.state == "now" for step in drawn) <= 1


@given(st.sampled_from(Stage), st.sampled_from(Stage))
def test_nothing_follows_a_withdrawal_or_an_erasure(now: Stage, then: Stage) -> None:
    if now in ENDED and now != then:
        assert not may_become(now, then)
    if now not in ENDED:
        assert may_become(now, Stage.WITHDRAWN)


@given(st.dates(date(2020, 1, 1), date(2060, 1, 1)), st.integers(1, 90))
def test_the_window_is_never_shorter_than_promised(asked_on: date, days: int) -> None:
    last = weeks.last_day_of_window(weeks.week_of(asked_on), days)
    assert asked_on + timedelta(days=days) <= last <= asked_on + timedelta(days=days + 6)
    assert weeks.days_left(weeks.week_of(asked_on), days, asked_on) == days
    assert weeks.days_left(weeks.week_of(asked_on), days, last + timedelta(days=1)) == 0


def test_a_demonstration_waits_for_nobody() -> None:
    today = date(2026, 11, 24)
    assert weeks.days_left(weeks.week_of(today), 0, today) == 0


# ------------------------------------------------------------------ limits


def test_an_empty_bucket_refuses_and_fills_again() -> None:
    bucket = TokenBucket(rate=2, burst=3)
    for _ in range(3):
        bucket.take(10.0)
    with pytest.raises(TooBusy):
        bucket.take(10.0)
    assert bucket.strain(10.0) == 1
    bucket.take(10.6)
    assert bucket.strain(1000.0) == 0


def test_a_full_pool_refuses_at_once() -> None:
    pool = Pool(1)
    with pool.place(), pytest.raises(Unavailable), pool.place():
        pass
    with pool.place():
        pass
