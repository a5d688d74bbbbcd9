"""The model file: a skops archive of plain arrays and numbers, no Python objects, held to the checksum in its card."""

import hashlib
import io
import json
import re
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from classifier.decision import Calibration
from classifier.features import CUES
from classifier.style import READINGS, StyleModel

FORMAT = 2
FOLDER = Path(__file__).parent / "trained"
MODEL_NAME = "style.skops"
CARD_NAME = "card.json"

_IDENTITY = re.compile(r'"__id__": (\d+)')
_FIXED_TIME = (1980, 1, 1, 0, 0, 0)  # the earliest that a zip archive knows


class ModelError(Exception):
    """The model of the classifier cannot be used."""


class ModelMissing(ModelError):
    """The model file or its card is not there; `python -m classifier.train` makes them."""


class ModelDamaged(ModelError):
    """The model file is not the one that its card describes, or does not hold what it should."""


def load_models(path: Path | None = None) -> tuple[dict[str, StyleModel], Calibration]:
    """Read the style models by language and the calibration of the score (default: those that are shipped).

    Raises ModelMissing or ModelDamaged.
    """
    path = path or FOLDER / MODEL_NAME
    data = _read_checked(path)
    table = _unpack(data)
    if table.get("format") != FORMAT or table.get("cues") != list(CUES):
        raise ModelDamaged(f"{path.name} was made by another version; run python -m classifier.train.")
    try:
        calibration = Calibration(tuple((float(least), float(most)) for least, most in table["calibration"]))
        return {language: _to_model(numbers) for language, numbers in table["languages"].items()}, calibration
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise ModelDamaged(f"{path.name} does not hold the expected numbers.") from error


def save_models(
    models: Mapping[str, StyleModel], calibration: Calibration, card: Mapping[str, Any], folder: Path
) -> Path:
    """Write model file and card into a folder; the same numbers always give the same bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    table = {
        "format": FORMAT,
        "cues": list(CUES),
        "calibration": [list(knot) for knot in calibration.knots],
        "languages": {language: _to_table(model) for language, model in sorted(models.items())},
    }
    data = _pack(table)
    path = folder / MODEL_NAME
    path.write_bytes(data)
    complete = {**card, "sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data)}
    (folder / CARD_NAME).write_text(json.dumps(complete, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    return path


def load_card(folder: Path | None = None) -> dict[str, Any]:
    """Return the card of a model. Raises ModelMissing or ModelDamaged."""
    path = (folder or FOLDER) / CARD_NAME
    try:
        card = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise ModelMissing(f"{path.name} is missing; run python -m classifier.train.") from error
    except (OSError, ValueError) as error:
        raise ModelDamaged(f"{path.name} cannot be read.") from error
    if not isinstance(card, dict):
        raise ModelDamaged(f"{path.name} is not a card.")
    return card


def _read_checked(path: Path) -> bytes:
    try:
        data = path.read_bytes()
    except FileNotFoundError as error:
        raise ModelMissing(f"{path.name} is missing; run python -m classifier.train.") from error
    except OSError as error:
        raise ModelDamaged(f"{path.name} cannot be read.") from error
    if hashlib.sha256(data).hexdigest() != load_card(path.parent).get("sha256"):
        raise ModelDamaged(f"{path.name} does not have the checksum of its card.")
    return data


def _unpack(data: bytes) -> dict[str, Any]:
    import skops.io

    try:
        table = skops.io.loads(data, trusted=[])
    except (
        ValueError,
        KeyError,
        TypeError,
        AttributeError,
        zipfile.BadZipFile,
        skops.io.exceptions.UntrustedTypesFoundException,
    ) as error:
        raise ModelDamaged("The model file is not a readable archive of plain numbers.") from error
    if not isinstance(table, dict):
        raise ModelDamaged("The model file does not hold a table.")
    return table


def _pack(table: Mapping[str, Any]) -> bytes:
    """Write a skops archive without the clock and the memory addresses that skops puts into it."""
    import skops.io

    source = zipfile.ZipFile(io.BytesIO(skops.io.dumps(dict(table))))
    schema = source.read("schema.json").decode()
    renamed = {identity: str(number) for number, identity in enumerate(dict.fromkeys(_IDENTITY.findall(schema)), 1)}
    schema = re.sub("|".join(sorted(renamed, key=len, reverse=True)), lambda found: renamed[found.group()], schema)
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name in source.namelist():
            stem, dot, suffix = name.partition(".")
            content = schema.encode() if name == "schema.json" else source.read(name)
            archive.writestr(zipfile.ZipInfo(renamed.get(stem, stem) + dot + suffix, _FIXED_TIME), content)
    return target.getvalue()


def _to_table(model: StyleModel) -> dict[str, Any]:
    return {
        "vocabulary": model.vocabulary,
        "scales": model.scales,
        "weights": model.weights,
        "cue_weights": model.cue_weights,
        "offsets": model.offsets,
        "alone": model.alone,
    }


def _to_model(numbers: Mapping[str, Any]) -> StyleModel:
    vocabulary = np.asarray(numbers["vocabulary"], dtype=np.uint32)
    scales, weights = (np.asarray(numbers[name], dtype=np.float32) for name in ("scales", "weights"))
    cue_weights, offsets = (np.asarray(numbers[name], dtype=np.float64) for name in ("cue_weights", "offsets"))
    size = len(vocabulary)
    shapes = (scales.shape, weights.shape, cue_weights.shape, offsets.shape)
    if not size or shapes != ((size,), (READINGS, size), (READINGS, len(CUES)), (READINGS,)):
        raise ValueError("unexpected shapes")
    if not all(np.isfinite(part).all() for part in (scales, weights, cue_weights, offsets, float(numbers["alone"]))):
        raise ValueError("unexpected numbers")
    return StyleModel(vocabulary, scales, weights, cue_weights, offsets, float(numbers["alone"]))
