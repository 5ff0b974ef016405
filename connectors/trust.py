"""Whom a connection trusts: the system's certificates, or those of a file."""

import ssl
from pathlib import Path

from connectors.errors import ConfigError


def trusted_file(ca_file: Path | str | None, *, section: str, code: str) -> str | None:
    """The file of certificates that `section` names, as a client takes it; None: the system's.

    Raises:
        ConfigError: there is no such file, or no certificate in it.
    """
    if not ca_file:
        return None
    if fault := _fault(Path(ca_file)):
        raise ConfigError(
            fault,
            hint=f"Check `ca_file` of [{section}]: it names whom to trust, in PEM.",
            code=code,
        )
    return str(ca_file)


def _fault(path: Path) -> str | None:
    if not path.is_file():
        return f"There is no file {path}."
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(path)
    except ssl.SSLError:
        return f"The file {path} holds no certificate that can be read."
    except OSError as error:
        return f"The file {path} cannot be read: {error.strerror}."
    return None
