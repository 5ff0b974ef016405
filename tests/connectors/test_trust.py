"""Whom a connection trusts: what a file of certificates must be."""

from pathlib import Path

import pytest

from connectors.errors import ConfigError
from connectors.trust import trusted_file
from sandbox.server import Sandbox


def trusted(path: Path | None) -> str | None:
    return trusted_file(path, section="crm.hubspot", code="BBM-HS-043")


def test_without_a_file_the_system_is_trusted() -> None:
    assert trusted(None) is None


def test_a_file_of_certificates_is_taken_as_it_is() -> None:
    with Sandbox() as sandbox:
        assert trusted(Path(str(sandbox.ca_file))) == str(sandbox.ca_file)


@pytest.mark.parametrize("held", [b"", b"garbage", b"-----BEGIN CERTIFICATE-----\n\x00\n"])
def test_a_file_without_a_certificate_is_told_before_anything_is_sent(
    held: bytes, tmp_path: Path
) -> None:
    path = tmp_path / "ca.pem"
    path.write_bytes(held)

    with pytest.raises(ConfigError, match=r"ca\.pem holds no certificate") as caught:
        trusted(path)

    assert "`ca_file` of [crm.hubspot]" in str(caught.value.hint)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"There is no file .*missing\.pem"):
        trusted(tmp_path / "missing.pem")
