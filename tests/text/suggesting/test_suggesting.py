"""Models of codes: what they learn, what they say, and that they say it again from a file."""

import numpy as np
import pytest
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from closecall.text.suggesting import Suggester, calibrating, learn
from closecall.text.suggesting.evaluating import evaluate
from closecall.text.suggesting.keeping import vectors_of
from closecall.text.suggesting.learning import _ridge, thresholds
from closecall.text.suggesting.measuring import bins, calibration_error, f1_by_code, interval, quality
from closecall.text.suggesting.plotting import calibration_svg
from closecall.text.suggesting.words import learn_words, terms

from .invented import stories, vector


def test_a_model_tells_the_code_and_the_sentence_that_carries_it():
    machine = learn(*stories(240))
    sentences = ["We waited.", "My flashlight was dead.", "He said nothing."]
    text = " ".join(sentences)
    found = machine.suggest(
        text, vector(text), sentences, np.vstack([vector(s) for s in sentences]), among=machine.codes
    )
    assert found[0].code == "cue/night"
    assert found[0].sentence == 1
    assert found[0].told
    assert found[0].p > 0.8
    assert not any(other.told for other in found[1:])


def test_only_codes_that_were_asked_for_are_suggested():
    machine = learn(*stories(240))
    text = "A dog ran loose."
    found = machine.suggest(
        text, vector(text), [text], vector(text)[None, :], among=["cue/rain", "cue/unheard-of"]
    )
    assert [one.code for one in found] == ["cue/rain"]


def test_a_code_that_few_texts_carry_has_no_model():
    texts, vectors, coded = stories(120)
    coded[0] |= {"cue/rare"}
    assert "cue/rare" not in learn(texts, vectors, coded).codes
    with pytest.raises(ValueError, match="often enough"):
        learn(texts, vectors, [frozenset({"cue/rare"}) if at == 0 else frozenset() for at in range(120)])


def test_models_say_the_same_after_they_were_saved(tmp_path):
    texts, vectors, coded = stories(160)
    machine = learn(texts, vectors, coded)
    machine.save(tmp_path / "models")
    again = Suggester.load(tmp_path / "models")
    assert again.codes == machine.codes
    assert np.allclose(again.probabilities(texts, vectors), machine.probabilities(texts, vectors), atol=2e-3)
    assert b"pickle" not in (tmp_path / "models/model.npz").read_bytes()


def test_a_text_weighs_the_same_when_read_as_when_learned():
    texts, _vectors, _coded = stories(80)
    words, rows = learn_words(texts)
    for at, text in enumerate(texts):
        places, weights = words.row(text)
        whole = np.zeros(rows.shape[1], np.float32)
        whole[places] = weights
        assert np.allclose(whole, rows[at].toarray()[0], atol=1e-5)


def test_what_stands_in_one_text_alone_is_not_learned():
    texts, _vectors, _coded = stories(80)
    words, _rows = learn_words([*texts, "The name Zzyzzyva stood here."])
    assert "zzyzzyva" not in words.vocabulary


def test_words_agree_with_the_vectoriser_that_learned_them():
    texts, _vectors, _coded = stories(30)
    machine = TfidfVectorizer(analyzer=terms, sublinear_tf=True, min_df=2, max_df=0.5)
    rows = machine.fit_transform(texts)
    words, ours = learn_words(texts)
    assert list(words.vocabulary) == list(machine.get_feature_names_out())
    assert np.allclose(ours.toarray(), rows.toarray(), atol=1e-6)


def test_scores_without_a_text_are_those_of_a_model_that_never_saw_it():
    chance = np.random.default_rng(3)
    points = chance.normal(size=(30, 5)).astype(np.float32)
    alike = points @ points.T
    truth = (points[:, :2] + chance.normal(size=(30, 2))) > 0
    _parts, left_out = _ridge(alike.copy(), truth)
    for at in range(5):
        rest = np.arange(30) != at
        parts, _scores = _ridge(alike[np.ix_(rest, rest)].copy(), truth[rest])
        assert np.allclose((alike[at, rest] + 0.3) @ parts, left_out[at], atol=1e-3)


def test_calibration_agrees_with_logistic_regression():
    chance = np.random.default_rng(5)
    scores = chance.normal(size=4000)
    truth = chance.random(4000) < calibrating.sigmoid(1.7 * scores - 0.6)
    slope, shift = calibrating.platt(scores, truth)
    peer = LogisticRegression(C=1e6).fit(scores[:, None], truth)
    assert slope == pytest.approx(peer.coef_[0, 0], abs=0.02)
    assert shift == pytest.approx(peer.intercept_[0], abs=0.02)


def test_calibration_never_turns_a_score_round_and_survives_extremes():
    scores = np.array([-1e4, -1.0, 0.0, 1.0, 1e4])
    slope, shift = calibrating.platt(scores, np.array([True, True, False, False, False]))
    assert slope >= 0.0
    assert np.isfinite(calibrating.sigmoid(slope * scores + shift)).all()


def test_a_threshold_is_looked_for_over_the_whole_range():
    p = np.array([0.01, 0.02, 0.03, 0.04])
    assert calibrating.best_threshold(p, np.array([False, True, True, True])) == pytest.approx(0.015)
    assert calibrating.best_threshold(
        np.array([0.9, 0.9, 0.1]), np.array([True, False, False])
    ) == pytest.approx(0.5)


def test_a_rare_codes_threshold_is_drawn_to_everybodys():
    chance = np.random.default_rng(2)
    truth = np.column_stack([chance.random(1000) < 0.4, chance.random(1000) < 0.01])
    p = np.clip(truth * 0.5 + chance.random((1000, 2)) * 0.5, 0.001, 0.999)
    everybody = calibrating.best_threshold(p.ravel(), truth.ravel())
    own = calibrating.best_threshold(p[:, 1], truth[:, 1])
    drawn = thresholds(p, truth)[1]
    assert min(own, everybody) <= drawn <= max(own, everybody)
    assert abs(drawn - everybody) < abs(drawn - own) or own == everybody


def test_quality_counts_as_the_definitions_say():
    truth = np.array([[True, False, True], [False, True, False], [True, True, False]])
    passed = np.array([[True, False, False], [False, True, True], [True, False, False]])
    p = np.array([[0.9, 0.1, 0.4], [0.2, 0.8, 0.6], [0.7, 0.3, 0.1]])
    found = quality(p, passed, truth)
    assert found.micro == pytest.approx(2 * 3 / (4 + 5))
    assert found.macro == pytest.approx((1.0 + 2 / 3 + 0.0) / 3)
    assert list(f1_by_code(passed, truth)) == pytest.approx([1.0, 2 / 3, 0.0])
    assert found.recall == 1.0
    assert found.accuracy == 1.0
    assert sum(one.n for one in bins(p, truth)) == 9
    assert calibration_error(np.full((10, 1), 0.3), np.arange(10)[:, None] < 3) == pytest.approx(0.0)


def test_an_interval_is_the_same_when_drawn_again():
    values = np.arange(50) / 50
    first = interval(lambda rows: float(values[rows].mean()), 50)
    assert first == interval(lambda rows: float(values[rows].mean()), 50)
    assert first[0] < values.mean() < first[1]


def test_evaluation_measures_on_texts_that_taught_nothing():
    texts, vectors, coded = stories(300)
    found = evaluate(texts, vectors, coded, split="random", seeds=2)
    assert (found.taught, found.measured, found.seeds) == (240, 60, 2)
    assert found.figures["micro"].mean > 0.9
    assert found.figures["micro"].low <= found.figures["micro"].mean <= found.figures["micro"].high
    nonsense = [coded[(at * 7 + 3) % 300] for at in range(300)]
    assert evaluate(texts, vectors, nonsense, split="random", seeds=2).figures["micro"].mean < 0.7


def test_a_chronological_split_learns_from_the_older_part_alone():
    texts, vectors, coded = stories(300)
    late = [codes | {"cue/new"} if at >= 240 else codes for at, codes in enumerate(coded)]
    found = evaluate(texts, vectors, late, split="chronological", seeds=3)
    assert found.seeds == 1
    assert "cue/new" not in {row.code for row in found.codes}
    assert found.every_codes == len(found.codes) + 1
    assert found.every_micro < found.figures["micro"].mean


def test_one_code_each_is_told_by_the_likeliest():
    texts, vectors, coded = stories(300)
    first = [frozenset(sorted(codes)[:1] or ["cue/none"]) for codes in coded]
    found = evaluate(texts, vectors, first, split="random", seeds=1, one_each=True)
    assert found.figures["micro"].mean == pytest.approx(found.figures["accuracy"].mean)


def test_vectors_are_made_once_and_forgotten_with_their_text(tmp_path):
    made = []

    def make(text):
        made.append(text)
        return vector(text)

    kept = tmp_path / "vectors.npz"
    first = vectors_of(["one", "two"], make, kept=kept, model="m")
    again = vectors_of(["two", "three"], make, kept=kept, model="m")
    assert made == ["one", "two", "three"]
    assert np.allclose(first[1], again[0])
    vectors_of(["one"], make, kept=kept, model="m")
    vectors_of(["one"], make, kept=kept, model="another")
    assert made == ["one", "two", "three", "one", "one"]


def test_the_plot_holds_numbers_and_no_script():
    p = np.linspace(0.01, 0.99, 99)[:, None]
    drawn = calibration_svg(bins(p, p > 0.5), "Anomaly")
    assert drawn.startswith("<svg")
    assert drawn.count("<circle") == 10
    assert "script" not in drawn and "style" not in drawn
