"""The in-memory twin keeps the contract that connectors to real CRMs keep."""

import pytest

from bbm_core.records import FieldType, RecordKind
from connectors.conformance import ConnectorConformance
from connectors.contract import FieldAction
from tests.connectors.memory_world import MemoryWorld


@pytest.fixture
def world() -> MemoryWorld:
    return MemoryWorld()


class TestMemory(ConnectorConformance):
    kinds = tuple(RecordKind)


def test_a_field_of_another_type_is_a_clash(world: MemoryWorld) -> None:
    spec = world.fields[0]
    number = type(spec)(spec.kind, spec.role, spec.name, FieldType.NUMBER, "", "")
    world.connector().prepare([spec], apply=True)

    (change,) = world.connector().prepare([number], apply=True)

    assert change.action is FieldAction.CLASH


def test_a_connector_says_what_it_found(world: MemoryWorld) -> None:
    world.create(RecordKind.LEAD, "Software")

    lead = world.connector().check().kinds[RecordKind.LEAD]

    assert lead.total == 1
    assert [option.value for option in lead.statuses] == ["Open"]
