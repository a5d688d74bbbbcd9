"""The model file: a NumPy archive of plain arrays, no Python objects, held to the checksum in its card.

Reading it needs NumPy alone: scikit-learn, which fitted the numbers, would take a hundred megabytes of every process.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from classifier.archive import ModelDamaged, read_archive, write_archive
from classifier.decision import Calibration
from classifier.features import CUES
from classifier.style import READINGS, StyleModel

FORMAT = 5
FOLDER = Path(__file__).parent / "trained"
MODEL_NAME = "style.npz"
_PARTS = ("vocabulary", "numbers", "cue_weights", "offsets", "alone")


def load_models(path: Path | None = None) -> tuple[dict[str, StyleModel], Calibration]:
    """Read the style models by language and the calibration of the score (default: those that are shipped).

    Raises ModelMissing or ModelDamaged.
    """
    path = path or FOLDER / MODEL_NAME
    table = read_archive(path)
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
    table = {
        "format": np.array(FORMAT),
        "cues": np.array(CUES),
        "calibration": np.array(calibration.knots).reshape(-1, 2),
        "languages": np.array(sorted(models)),
    }
    for language, model in sorted(models.items()):
        table |= {f"{language}.{name}": _as_stored(np.asarray(getattr(model, name))) for name in _PARTS}
    return write_archive(table, card, folder / MODEL_NAME)


def _as_stored(part: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Half as precise, which no judgement notices, where there are numbers for each n-gram; by column, to pack well."""
    return np.asfortranarray(part, dtype=np.float16) if part.dtype == np.float32 else part


def _to_model(parts: Mapping[str, Any]) -> StyleModel:
    vocabulary = np.asarray(parts["vocabulary"], dtype=np.uint32)
    # Judging takes all numbers of an n-gram at once, so they stand side by side in memory.
    numbers = np.ascontiguousarray(parts["numbers"], dtype=np.float32)
    cue_weights, offsets = (np.asarray(parts[name], dtype=np.float64) for name in ("cue_weights", "offsets"))
    size = len(vocabulary)
    shapes = (numbers.shape, cue_weights.shape, offsets.shape)
    if not size or shapes != ((size, 1 + READINGS), (READINGS, len(CUES)), (READINGS,)):
        raise ValueError("unexpected shapes")
    if not all(np.isfinite(part).all() for part in (numbers, cue_weights, offsets, float(parts["alone"]))):
        raise ValueError("unexpected numbers")
    return StyleModel(vocabulary, numbers, cue_weights, offsets, float(parts["alone"]))
