"""Failed assertions of the inherited tests show their values, as those of test files do."""

import pytest

pytest.register_assert_rewrite(
    "connectors.conformance", "connectors.conformance_pull", "connectors.conformance_world"
)
