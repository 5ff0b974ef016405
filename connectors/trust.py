"""Whom a connection trusts: the system's certificates, or those of a file."""

from pathlib import Path

from connectors.errors import ConfigError


def trusted_file(ca_file: Path | str | None, *, section: str, code: str) -> str | None:
    """The file of certificates that `section` names, as a client takes it; None: the system's.

    Raises:
        ConfigError: there is no such file.
    """
    if not ca_file:
        return None
    if not Path(ca_file).is_file():
        raise ConfigError(
            f"There is no file {ca_file}.",
            hint=f"Check `ca_file` of [{section}]: it names whom to trust, in PEM.",
            code=code,
        )
    return str(ca_file)
