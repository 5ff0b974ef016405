"""Brings the state to the present schema: whole or not at all, and never backward."""

from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine

from agent.store.dialect import READING, copy_sqlite, sqlite_file
from bbm_core.errors import ConfigError

SCRIPTS = Path(__file__).parent / "migrations"


def migrate(engine: Engine, folder: Path = SCRIPTS) -> Path | None:
    """Bring the state to the present schema.

    Returns:
        The backup that was made before, where an SQLite file with something in it was changed.

    Raises:
        ConfigError: A newer version of the agent has written this state.
    """
    known = _revisions(folder)
    with engine.connect().execution_options(**{READING: True}) as connection:
        present = MigrationContext.configure(connection).get_current_revision()
    if present == known[0]:
        return None
    if present is not None and present not in known:
        raise _too_new(present)
    backup = _back_up(engine, present)
    with engine.begin() as connection:
        _upgrade(_config(folder), connection)
    return backup


def schema_version(engine: Engine) -> str | None:
    """The revision the state is at; None when it is empty."""
    with engine.connect().execution_options(**{READING: True}) as connection:
        return MigrationContext.configure(connection).get_current_revision()


@cache  # to find them, every script is read and run
def _revisions(folder: Path) -> tuple[str, ...]:
    """All revisions, newest first."""
    scripts = ScriptDirectory.from_config(_config(folder))
    return tuple(one.revision for one in scripts.walk_revisions())


def _config(folder: Path) -> Config:
    config = Config()
    # Alembic reads options through configparser, where a percent sign in a path means more.
    config.set_main_option("script_location", str(folder).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


def _upgrade(config: Config, connection: Connection) -> None:
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _back_up(engine: Engine, present: str | None) -> Path | None:
    path = sqlite_file(engine.url)
    if present is None or path is None:
        return None
    backup = path.with_name(f"{path.name}.before-{present}")
    copy_sqlite(path, backup)
    return backup


def _too_new(present: str) -> ConfigError:
    return ConfigError(
        f"A newer version of BBM Agent has written this state (schema {present}).",
        hint="Install that version again, or restore the backup made before the upgrade.",
        code="BBM-STORE-005",
    )
