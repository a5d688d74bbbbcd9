"""Model files: NumPy archives of plain arrays, no Python objects, each held to the checksum in the card beside it."""

import hashlib
import io
import json
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

CARD_NAME = "card.json"


class ModelError(Exception):
    """The model of the classifier cannot be used."""


class ModelMissing(ModelError):
    """The model file or its card is not there; `make train` makes them."""


class ModelDamaged(ModelError):
    """The model file is not the one that its card describes, or does not hold what it should."""


def read_archive(path: Path) -> dict[str, npt.NDArray[Any]]:
    """Read the arrays of a model file by name. Raises ModelMissing or ModelDamaged."""
    return _unpack(_read_checked(path))


def write_archive(table: Mapping[str, npt.NDArray[Any]], card: Mapping[str, Any], path: Path) -> Path:
    """Write a model file and its card; the same numbers always give the same bytes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    buffer = io.BytesIO()
    np.savez(buffer, allow_pickle=False, **table)
    data = buffer.getvalue()
    path.write_bytes(data)
    complete = {**card, "sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data)}
    (path.parent / CARD_NAME).write_text(json.dumps(complete, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    return path


def load_card(folder: Path) -> dict[str, Any]:
    """Return the card of the model in a folder. Raises ModelMissing or ModelDamaged."""
    path = folder / CARD_NAME
    try:
        card = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise ModelMissing(f"{path.name} is missing; make train makes it again.") from error
    except (OSError, ValueError) as error:
        raise ModelDamaged(f"{path.name} cannot be read.") from error
    if not isinstance(card, dict):
        raise ModelDamaged(f"{path.name} is not a card.")
    return card


def _read_checked(path: Path) -> bytes:
    try:
        data = path.read_bytes()
    except FileNotFoundError as error:
        raise ModelMissing(f"{path.name} is missing; make train makes it again.") from error
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
