"""Which language a text is in: German, English, another one, or unknown."""

from collections.abc import Sequence
from functools import cache
from typing import Any

from classifier.wordlists import word_list

UNKNOWN = "und"  # ISO 639-2 for undetermined

_FUNCTION_WORDS = {language: word_list("function_words", language) for language in ("de", "en")}
_LEAST_WORDS = 4
_SURE_SHARE = 0.25
_SOME_SHARE = 0.08
_READ = 2000  # characters that are shown to the general identifier
_SURE_PROBABILITY = 0.9
_LEAST_WORDS_FOREIGN = 8


def identify(text: str, words: Sequence[str]) -> str:
    """Return "de", "en", another ISO 639-1 code, or "und" where the text is too short or too mixed to tell.

    `words` are the casefolded words of `text`. Most mail is told by its function words; only the rest costs more.
    """
    if len(words) < _LEAST_WORDS:
        return UNKNOWN
    head = words[: _READ // 5]
    shares = {code: sum(map(known.__contains__, head)) / len(head) for code, known in _FUNCTION_WORDS.items()}
    best = max(shares, key=lambda code: shares[code])
    if shares[best] >= _SURE_SHARE and shares[best] > 2 * min(shares.values()):
        return best
    code, probability = _identifier().classify(text[:_READ].lower())
    if code in shares and shares[code] >= _SOME_SHARE:
        return str(code)
    if probability < _SURE_PROBABILITY or (code not in shares and len(words) < _LEAST_WORDS_FOREIGN):
        return UNKNOWN
    return str(code)


@cache
def _identifier() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
