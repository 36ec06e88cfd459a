"""Which codes a text calls for, with how likely each is and the sentence that carries it.

    learn(texts, vectors, coded)          one calibrated model a code, from coded texts (needs scikit-learn)
    Suggester.load(folder).suggest(…)     what they suggest for a text: numpy alone
    cold.near(…)                          by description and examples, where too few texts teach
    evaluate(…)                           learn on a part, measure on the rest

Vectors come in from outside, so this room loads no engine. Nothing is pickled. A machine proposes; a code is
never applied without a person.
"""

from closecall.text.suggesting.learning import LEAST, learn
from closecall.text.suggesting.suggester import Suggested, Suggester

__all__ = ["LEAST", "Suggested", "Suggester", "learn"]
