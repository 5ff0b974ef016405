"""The sentences of the checks, in each language."""

from agent.checks.words_en import EN
from agent.checks.words_ja import JA
from bbm_core.icp.profile import Lang


def say(lang: Lang, key: str, **values: str | int) -> str:
    """The sentence in this language, with its blanks filled."""
    return (JA if lang == "ja" else EN)[key].format(**values)
