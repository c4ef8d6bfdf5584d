"""The fuzzer reads /api/openapi.json and asks the running server everything it allows, and more; all its checks apply.

CHARTER_API_EXAMPLES (25) bounds the requests for each operation. The same are asked every time, so that a run can be
repeated; CHARTER_API_RANDOM=1 asks others.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, settings
from schemathesis import Case

TOKENS = {"clerk": os.environ["CHARTER_TOKEN"], "administrator": os.environ["CHARTER_ADMIN_TOKEN"]}


@schemathesis.serializer("text/csv")
def as_it_stands(context: schemathesis.SerializationContext, value: object) -> bytes:
    return value if isinstance(value, bytes) else str(value).encode("utf-8", "surrogatepass")


schema = schemathesis.openapi.from_url(
    f"{os.environ['CHARTER_URL'].rstrip('/')}/api/openapi.json",
    config=schemathesis.Config.from_path(Path(__file__).with_name("schemathesis.toml")),
    wait_for_schema=10,
)


@pytest.mark.parametrize("caller", TOKENS)
@schema.parametrize()
@settings(
    max_examples=int(os.environ.get("CHARTER_API_EXAMPLES", "25")),
    derandomize=not os.environ.get("CHARTER_API_RANDOM"),
    database=None,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_the_server_keeps_to_its_description(case: Case, caller: str) -> None:
    case.call_and_validate(headers={"Authorization": f"Bearer {TOKENS[caller]}"}, timeout=10)
