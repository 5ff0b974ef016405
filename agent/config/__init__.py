"""The configuration: one model holds every setting and default, one file reads it."""

from agent.config.file import ConfigProblem, ConfigProblems, Loaded, load
from agent.config.model import Settings

__all__ = ["ConfigProblem", "ConfigProblems", "Loaded", "Settings", "load"]
