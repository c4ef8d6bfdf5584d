"""The parts of the API that the tests use, as a caller writes them: cases, their moves, the obligations that follow."""

from __future__ import annotations

import uuid
from datetime import datetime, timezone
from typing import Any

import requests

Body = dict[str, Any]


def items(answer: Any) -> list[Body]:
    """The rows of a list answer."""
    return answer["items"] if isinstance(answer, dict) else answer


def instant() -> str:
    return datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def complaint(customer: str, content: str) -> Body:
    """A complaint as the design company's registration form asks for it."""
    fields = {"customer": customer, "kind": "quality", "channel": "phone", "occurred_at": instant(), "content": content}
    return {"workflow": "complaint", "fields": fields}


def response(answer: str) -> Body:
    """The first response to a complaint, which discharges D-105."""
    return {"move": "respond", "fields": {"responded_at": instant(), "by_way_of": "phone", "answer": answer}}


class API:
    """One caller with a token. Every call ends within `patience` seconds."""

    def __init__(self, url: str, token: str | None, patience: float = 10) -> None:
        self.url = url.rstrip("/")
        self.patience = patience
        self.session = requests.Session()
        self.session.trust_env = False  # the server is on this machine, whatever proxy the environment names
        if token:
            self.session.headers["Authorization"] = f"Bearer {token}"

    def get(self, path: str, **query: Any) -> requests.Response:
        return self.session.get(f"{self.url}{path}", params=query, timeout=self.patience)

    def post(self, path: str, body: Body, key: str | None = None, **headers: str) -> requests.Response:
        headers["Idempotency-Key"] = key or str(uuid.uuid4())
        return self.session.post(f"{self.url}{path}", json=body, headers=headers, timeout=self.patience)

    def customers(self, limit: int = 20) -> list[str]:
        answer = self.get("/api/v1/customers", limit=limit)
        answer.raise_for_status()
        return [customer["id"] for customer in items(answer.json())]

    def obligations(self, case: str) -> list[Body]:
        answer = self.get("/api/v1/obligations", case=case)
        answer.raise_for_status()
        return items(answer.json())
