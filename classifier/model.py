"""The model file: a NumPy archive of plain arrays, no Python objects, held to the checksum in its card.

Reading it needs NumPy alone: scikit-learn, which fitted the numbers, would take a hundred megabytes of every process.
"""

import hashlib
import io
import json
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from classifier.decision import Calibration
from classifier.features import CUES
from classifier.style import READINGS, StyleModel

FORMAT = 3
FOLDER = Path(__file__).parent / "trained"
MODEL_NAME = "style.npz"
CARD_NAME = "card.json"
_PARTS = ("vocabulary", "scales", "weights", "cue_weights", "offsets", "alone")


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
    if table.get("format") != FORMAT or table.get("cues", np.empty(0)).tolist() != list(CUES):
        raise ModelDamaged(f"{path.name} was made by another version; run python -m classifier.train.")
    try:
        calibration = Calibration(tuple((float(least), float(most)) for least, most in table["calibration"]))
        languages = [str(language) for language in table["languages"]]
        parts = {language: {name: table[f"{language}.{name}"] for name in _PARTS} for language in languages}
        return {language: _to_model(numbers) for language, numbers in parts.items()}, calibration
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise ModelDamaged(f"{path.name} does not hold the expected numbers.") from error


def save_models(
    models: Mapping[str, StyleModel], calibration: Calibration, card: Mapping[str, Any], folder: Path
) -> Path:
    """Write model file and card into a folder; the same numbers always give the same bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    table = {
        "format": np.array(FORMAT),
        "cues": np.array(CUES),
        "calibration": np.array(calibration.knots).reshape(-1, 2),
        "languages": np.array(sorted(models)),
    }
    for language, model in sorted(models.items()):
        table |= {f"{language}.{name}": np.asarray(getattr(model, name)) for name in _PARTS}
    buffer = io.BytesIO()
    np.savez(buffer, allow_pickle=False, **table)
    data = buffer.getvalue()
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


def _unpack(data: bytes) -> dict[str, npt.NDArray[Any]]:
    try:
        with np.load(io.BytesIO(data), allow_pickle=False) as archive:
            return dict(archive)
    except (ValueError, OSError, EOFError, TypeError, AttributeError, zipfile.BadZipFile) as error:
        raise ModelDamaged("The model file is not a readable archive of plain numbers.") from error


def _to_model(numbers: Mapping[str, Any]) -> StyleModel:
    vocabulary = np.asarray(numbers["vocabulary"], dtype=np.uint32)
    scales = np.asarray(numbers["scales"], dtype=np.float32)
    # Judging takes the weights of an n-gram in all readings at once, so they stand side by side in memory.
    weights = np.asfortranarray(numbers["weights"], dtype=np.float32)
    cue_weights, offsets = (np.asarray(numbers[name], dtype=np.float64) for name in ("cue_weights", "offsets"))
    size = len(vocabulary)
    shapes = (scales.shape, weights.shape, cue_weights.shape, offsets.shape)
    if not size or shapes != ((size,), (READINGS, size), (READINGS, len(CUES)), (READINGS,)):
        raise ValueError("unexpected shapes")
    if not all(np.isfinite(part).all() for part in (scales, weights, cue_weights, offsets, float(numbers["alone"]))):
        raise ValueError("unexpected numbers")
    return StyleModel(vocabulary, scales, weights, cue_weights, offsets, float(numbers["alone"]))
