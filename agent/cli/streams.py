"""Terminals that lack a sign: they show the nearest one they have."""

import codecs
import io
import sys

_NEAREST = {
    "✔": "OK",
    "✖": "NG",
    "◀": "<",
    "▶": ">",
    "→": "->",
    "…": "...",
    "•": "*",
    "·": "|",
    **dict.fromkeys("–—−─", "-"),
    **dict.fromkeys("“”", '"'),
}


def speak_anywhere() -> None:
    """Let terminals that lack a sign show the nearest one, instead of breaking off."""
    codecs.register_error("bbm.nearest", _nearest)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="bbm.nearest")


def _nearest(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    lacking = error.object[error.start : error.end]
    return "".join(_NEAREST.get(one, "?") for one in lacking), error.end
