"""Two of three shares open; one opens nothing; a slip of the pen is told from a wrong share."""

from itertools import combinations, permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from closecall.sealed.vault import generations, recovery, wordlist

SEED = bytes(range(16))


@given(st.binary(min_size=16, max_size=16))
def test_any_two_shares_give_the_seed_back(seed):
    shares = recovery.split(seed)
    for some in (*permutations(shares, 2), shares):
        assert recovery.combine(some) == seed
    assert [recovery.check(share) for share in shares] == [1, 2, 3]
    assert all(len(share.split()) == recovery.WORDS_EACH for share in shares)


def test_one_share_alone_opens_nothing():
    shares = recovery.split(SEED)
    for share in shares:
        with pytest.raises(recovery.SharesDiffer):
            recovery.combine([share])
        with pytest.raises(recovery.SharesDiffer):
            recovery.combine([share, share])


def test_one_share_is_noise_whatever_the_seed():
    # The same noise with another seed makes another second half, so a share says nothing of the seed.
    first, second = recovery.split(SEED)[0], recovery.split(SEED)[0]
    assert first != second


def test_shares_of_two_sets_are_not_mixed():
    ours, theirs = recovery.split(SEED), recovery.split(bytes(16))
    public = recovery.pair_of(SEED).public
    for one, other in combinations(range(3), 2):
        with pytest.raises(recovery.SharesDiffer):
            recovery.restore([ours[one], theirs[other]], public)
    with pytest.raises(recovery.SharesDiffer):
        recovery.combine([ours[0], ours[1], theirs[2]])


@given(st.integers(0, recovery.WORDS_EACH - 1), st.sampled_from(wordlist.WORDS))
def test_a_wrong_word_is_recognised(position, word):
    words = recovery.split(SEED)[1].split()
    if words[position] == word:
        return
    words[position] = word
    with pytest.raises(recovery.ShareMistyped) as raised:
        recovery.check(" ".join(words))
    assert raised.value.position == 0


def test_a_word_that_is_not_on_the_list_is_named_by_its_place():
    words = recovery.split(SEED)[0].split()
    words[4] = "qqqq"
    with pytest.raises(recovery.ShareMistyped, match="Word 5"):
        recovery.check(" ".join(words))


@pytest.mark.parametrize("typed", ["", "abdomen", "zucchini " * 29, "zucchini " * 2000])
def test_rubbish_is_no_share(typed):
    with pytest.raises(recovery.ShareMistyped):
        recovery.check(typed)


def test_the_recovery_pair_opens_a_generation_sealed_to_it():
    public = recovery.pair_of(SEED).public
    generation = generations.create(4)
    sealed = generations.wrap(generation, public)
    shares = recovery.split(SEED)
    typed = [" ".join(word[:3] for word in share.split()) for share in shares[1:]]
    pair = recovery.restore(typed, public)
    assert generations.unwrap(sealed, pair, number=4) == generation
