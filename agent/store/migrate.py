"""Brings the state to the present schema: whole or not at all, and never backward."""

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
    config = _config(folder)
    scripts = ScriptDirectory.from_config(config)
    with engine.connect().execution_options(**{READING: True}) as connection:
        present = MigrationContext.configure(connection).get_current_revision()
    newest = scripts.get_current_head()
    if present == newest:
        return None
    if present is not None and present not in {one.revision for one in scripts.walk_revisions()}:
        raise _too_new(present)
    backup = _back_up(engine, present)
    with engine.begin() as connection:
        _upgrade(config, connection)
    return backup


def schema_version(engine: Engine) -> str | None:
    """The revision the state is at; None when it is empty."""
    with engine.connect().execution_options(**{READING: True}) as connection:
        return MigrationContext.configure(connection).get_current_revision()


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
