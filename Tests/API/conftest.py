"""Callers of the running server's API. CHARTER_URL says where it answers, CHARTER_TOKEN is a clerk's, who sees her
unit, CHARTER_ASSISTANT_TOKEN that of an assistant, who may import, and CHARTER_ADMIN_TOKEN the administrator's."""

from __future__ import annotations

import os

import pytest
from charter_api import API

for name in ("CHARTER_URL", "CHARTER_TOKEN", "CHARTER_ADMIN_TOKEN", "CHARTER_ASSISTANT_TOKEN"):
    if not os.environ.get(name):
        pytest.exit(f"{name} is not set; bin/test starts a server and sets it", returncode=2)


@pytest.fixture(scope="session")
def api() -> API:
    return API(os.environ["CHARTER_URL"], os.environ["CHARTER_TOKEN"])


@pytest.fixture(scope="session")
def admin() -> API:
    return API(os.environ["CHARTER_URL"], os.environ["CHARTER_ADMIN_TOKEN"])


@pytest.fixture(scope="session")
def assistant() -> API:
    return API(os.environ["CHARTER_URL"], os.environ["CHARTER_ASSISTANT_TOKEN"])


@pytest.fixture(scope="session")
def stranger() -> API:
    return API(os.environ["CHARTER_URL"], None)


@pytest.fixture(scope="session")
def customer(api: API) -> str:
    return api.customers()[0]
