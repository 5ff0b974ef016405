"""The recorded exchanges, as they can be sent again: in order, by the cassette they come from."""

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_ORG = "https://orgname.my.salesforce.com"
_USUAL_VERSION = "59"  # most cassettes have the number taken out; describes of them say 59
_VERSION = re.compile(r"/v(\d\d)\.0")
_DATALOAD = 'xmlns="http://www.force.com/2009/06/asyncapi/dataload"'
_TIMES = "totalProcessingTime apiActiveProcessingTime apexProcessingTime"
_BATCH = f"""id jobId state createdDate systemModstamp numberRecordsProcessed numberRecordsFailed
    {_TIMES}"""
_UPSERT_JOB = f"""id operation object createdById createdDate systemModstamp state
    externalIdFieldName concurrencyMode contentType numberBatchesQueued numberBatchesInProgress
    numberBatchesCompleted numberBatchesFailed numberBatchesTotal numberRecordsProcessed
    numberRetries apiVersion numberRecordsFailed {_TIMES}"""
_UPSERTING = {"operation": "upsert", "concurrencyMode": "Parallel", "contentType": "CSV"}


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request, and what came back."""

    name: str
    method: str
    url: str  # without the host
    body: str
    status: int
    answer: Any  # parsed JSON, or text


def cassettes(shared: Path) -> dict[str, list[Exchange]]:
    """The exchanges by cassette; describes and single rows share one."""
    found: dict[str, list[Exchange]] = {}
    for path in sorted((shared / "recordings" / "salesforce" / "cumulusci").glob("*.json")):
        told = json.loads(path.read_text(encoding="utf-8"))
        cassette = Path(told["_path"])
        name = cassette.parent.name if "shared" in told["_path"] else cassette.stem
        found.setdefault(name, []).append(_exchange(path.stem, told))
    return found


def _exchange(name: str, told: dict[str, Any]) -> Exchange:
    request, response = told["request"], told["response"]
    answer = _expanded(response["body"])
    said = _VERSION.search(json.dumps(answer))
    version = said[1] if said else _USUAL_VERSION
    url = request["uri"].removeprefix(_ORG).replace("vxx", f"v{version}")
    body = (request["body"] or "").replace("vxx", f"v{version}")
    return Exchange(
        name,
        request["method"],
        url.replace("/async/v", "/async/"),
        _unchunked(body),
        response["status"]["code"],
        answer,
    )


def _unchunked(body: str) -> str:
    """A body that was recorded with the sizes of its chunks, without them."""
    if not re.match(r"[0-9a-f]+\r\n", body):
        return body
    parts, text = [], body
    while text:
        size, _, rest = text.partition("\r\n")
        raw = rest.encode()
        parts.append(raw[: int(size, 16)].decode())
        text = raw[int(size, 16) + 2 :].decode()
    return "".join(parts)


def _expanded(body: Any) -> Any:
    """An answer that was recorded as the values of a template, written out."""
    if not isinstance(body, dict) or "include_template" not in body:
        return body
    values = body["vars"]
    known = {name: values[name] for name in ("id", "jobId") if name in values}
    state = known | {"state": values.get("state", "Open")}
    if body["include_template"].startswith("jobInfo"):
        told = _UPSERTING | state
        return f"<jobInfo {_DATALOAD}>{_children(_UPSERT_JOB, told)}</jobInfo>"
    info = _children(_BATCH, state)
    if body["include_template"].startswith("batchInfoList"):
        return f"<batchInfoList {_DATALOAD}><batchInfo>{info}</batchInfo></batchInfoList>"
    return f"<batchInfo {_DATALOAD}>{info}</batchInfo>"


def _children(names: str, told: dict[str, str]) -> str:
    return "".join(f"<{name}>{told.get(name, 'x')}</{name}>" for name in names.split())
