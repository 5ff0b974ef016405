"""The configuration of the demo: the shipped example, pointed at the sandbox."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from agent.config import Loaded, load
from agent.config.example import render
from agent.config.templates import template

Crm = Literal["salesforce", "hubspot"]
CHANNEL = "C0SANDBOX01"
PREFACE = ("The demo's configuration: the shipped example, pointed at the sandbox.",)


def write_config(folder: Path, crm: Crm, ready: Mapping[str, Any], lang: str) -> Path:
    """Write config.toml for this sandbox; `ready` is what the sandbox said when it was up."""
    values = template(crm)
    values["crm"] |= {"lang": lang, crm: values["crm"][crm] | _connection(crm, ready)}
    values["state"] = {"url": state_url(folder)}
    values["hours_per_lead"] = 1.5
    values["slack"] = {
        "token": "env:DEMO_SLACK_TOKEN",
        "channel": CHANNEL,
        "url": f"{ready['url']}/slack/api/",
        "lang": lang,
    }
    # The stories are about the balance; their customers come and go as they like.
    values["checks"] = {"loss_alerts": False}
    values["log"] = {"level": "error"}
    _tell_existing_customers_apart(values, crm)
    path = folder / "config.toml"
    path.write_text(render(values, PREFACE), encoding="utf-8")
    return path


def state_url(folder: Path) -> str:
    """Where the demo in this folder keeps its state."""
    return f"sqlite:///{folder.absolute() / 'bbm.db'}"


def load_config(path: Path, crm: Crm, ready: Mapping[str, Any], *, setup: bool = False) -> Loaded:
    """The configuration with the sandbox's secrets; `setup` logs in as who may create fields."""
    access = ready[crm]
    prefix = "setup_" if setup else ""
    env = {"DEMO_SLACK_TOKEN": ready["slack"]["token"]}
    if crm == "salesforce":
        env["BBM_SALESFORCE_SECRET"] = access[f"{prefix}client_secret"]
        env["BBM_CRM__SALESFORCE__CLIENT_ID"] = access[f"{prefix}client_id"]
    else:
        env["BBM_HUBSPOT_TOKEN"] = access[f"{prefix}token"]
    return load(path, env)


def _connection(crm: Crm, ready: Mapping[str, Any]) -> Mapping[str, Any]:
    if crm == "hubspot":
        return {"url": ready["url"]}
    return {
        "url": ready["salesforce"]["url"],
        "client_id": ready["salesforce"]["client_id"],
        "proxy": ready["url"],
        "ca_file": ready["ca_file"],
    }


def _tell_existing_customers_apart(values: dict[str, Any], crm: Crm) -> None:
    """The story's company has a field of its own for leads of existing customers."""
    kind, name = {
        "salesforce": ("lead", "Existing_Customer__c"),
        "hubspot": ("contact", "existing_customer"),
    }[crm]
    values["attributes"]["existing_customer"] = {kind: name}
    values["scope"]["business"].append(
        {"segment": "existing", "kind": kind, "attribute": "existing_customer", "is_true": True}
    )
    if crm == "hubspot":
        values["attributes"]["business"] = {"opportunity": "business"}
        values["scope"]["business"].insert(
            0,
            {
                "segment": "renewal",
                "kind": "opportunity",
                "attribute": "business",
                "in": ["renewal"],
            },
        )
