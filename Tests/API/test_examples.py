"""Each example of the document is sent as it stands: only identifiers, which every installation has its own of, are put in.

They are sent in an order in which each finds what it is about, and a document with an operation that this order does not
know fails."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from charter_api import API

CUSTOMER = "018f3c5e-9000-7000-8000-000000000002"
STAFF = "018f3c5e-9000-7000-8000-000000000003"
ACTIVITY = "018f3c5e-7c1a-7b2e-9d40-5a1f0c9b7e21"
UNIT = "018f3c5e-9000-7000-8000-000000000001"


def examples(document: dict[str, Any]) -> dict[str, Any]:
    """Operation → the example of its body."""
    found = {}
    for path, item in document["paths"].items():
        for method, operation in item.items():
            if method == "parameters" or "requestBody" not in operation:
                continue
            content = operation["requestBody"]["content"]
            # A file is no example of text; its upload has a step of its own below.
            if "application/json" in content:
                found[f"{method.upper()} {path}"] = content["application/json"]["example"]
    return found


def put_in(value: Any, known: dict[str, str]) -> Any:
    if isinstance(value, dict):
        return {key: put_in(each, known) for key, each in value.items()}
    if isinstance(value, list):
        return [put_in(each, known) for each in value]
    return known.get(value, value) if isinstance(value, str) else value


@pytest.fixture
def document(stranger: API) -> dict[str, Any]:
    return stranger.get("/api/openapi.json").json()


def test_the_licence_is_that_of_the_program(document: dict[str, Any]) -> None:
    assert document["info"]["license"]["identifier"] == "Apache-2.0"


def test_each_example_is_taken(api: API, admin: API, assistant: API, document: dict[str, Any]) -> None:
    left = examples(document)
    me = admin.get("/api/v1/me").json()
    known = {STAFF: me["id"], UNIT: me["unit"]["id"]}

    def send(caller: API, operation: str, *ids: str, status: int = 200) -> Any:
        body = put_in(left.pop(operation), known)
        method, path = operation.split(" ")
        for each in ids:
            start, end = path.index("{"), path.index("}")
            path = path[:start] + each + path[end + 1:]
        headers = {"Idempotency-Key": str(uuid.uuid4())}
        answer = caller.session.request(method, caller.url + path, json=body, headers=headers, timeout=caller.patience)
        assert answer.status_code == status, f"{operation}: {answer.text}"
        return answer.json()

    customer = send(api, "POST /api/v1/customers", status=201)["id"]
    known[CUSTOMER] = customer
    person = api.get(f"/api/v1/customers/{customer}").json()["people"][0]["id"]
    send(admin, "POST /api/v1/customers/{id}/people/{person}/reveal", customer, person)
    send(api, "PUT /api/v1/customers/{id}", customer)
    # Whoever files customers gives them to one who does.
    known[STAFF] = api.get("/api/v1/me").json()["id"]
    send(api, "POST /api/v1/customers/{id}/owner", customer)
    # A receipt's number is the company's own, and this server may have been asked before.
    receipt = left["POST /api/v1/customers/{id}/purchases"]["receipt"] + uuid.uuid4().hex[:6]
    left["POST /api/v1/customers/{id}/purchases"]["receipt"] = receipt
    left["POST /api/v1/customers/{id}/card-acts"]["receipts"] = [receipt]
    left["POST /api/v1/customers/{id}/refunds"]["reverses"] = receipt
    assert send(api, "POST /api/v1/customers/{id}/quotes", customer)["due"] == 20000
    assert send(api, "POST /api/v1/customers/{id}/purchases", customer, status=201)["cash"] == 40000
    assert send(api, "POST /api/v1/customers/{id}/card-acts", customer)["tier"] == "vip"
    # What a card gives goes with what was bought on it.
    later = {"receipt": receipt + "-2", "lines": [{"price": 10000, "quantity": 1}]}
    assert api.post(f"/api/v1/customers/{customer}/purchases", later).json()["earned"] == 9
    left["POST /api/v1/customers/{id}/perks"]["receipt"] = later["receipt"]
    assert send(api, "POST /api/v1/customers/{id}/perks", customer, status=201)["clause"] == "D-372"
    named = left["POST /api/v1/activities"]
    named["title"] = named["title"] + uuid.uuid4().hex[:6]
    known[ACTIVITY] = send(admin, "POST /api/v1/activities", status=201)["id"]
    send(api, "POST /api/v1/customers/{id}/activities", customer, status=201)
    send(admin, "POST /api/v1/activities/{id}/end", known[ACTIVITY])
    assert send(admin, "POST /api/v1/customers/{id}/points", customer, status=201)["pending"] == 59
    assert send(api, "POST /api/v1/customers/{id}/refunds", customer, status=201)["cash"] == 40000
    assert api.get(f"/api/v1/customers/{customer}/membership").json()["receipts"][1]["refunded"] == 40000
    # The design company keeps no stored value, and says so.
    for operation in ("recharges", "pay-outs", "stored-value/state"):
        answer = send(api, "POST /api/v1/customers/{id}/" + operation, customer, status=409)
        assert answer["code"] == "no_stored_value"
    known[STAFF] = me["id"]

    filed = left["POST /api/v1/cases"]["fields"] | {"customer": customer}
    case = send(api, "POST /api/v1/cases", status=201)["id"]
    left["POST /api/v1/cases/bulk"]["cases"][0] = {"id": case}
    assert send(api, "POST /api/v1/cases/bulk")["results"][0]["case"] == case
    send(api, "POST /api/v1/cases/{id}/moves", case)
    # Whoever owns the company takes the case over, in its place of the second move.
    left["POST /api/v1/cases/{id}/handler"]["revision"] = api.get(f"/api/v1/cases/{case}").json()["revision"]
    send(admin, "POST /api/v1/cases/{id}/handler", case)
    second = api.post("/api/v1/cases", {"workflow": "complaint", "fields": filed}).json()
    left["POST /api/v1/cases/{id}/merger"]["into"] = case
    left["POST /api/v1/cases/{id}/merger"]["revision"] = second["revision"]
    merged = send(admin, "POST /api/v1/cases/{id}/merger", second["id"])
    left["POST /api/v1/cases/{id}/merger/undo"]["revision"] = merged["revision"]
    send(admin, "POST /api/v1/cases/{id}/merger/undo", second["id"])
    left["POST /api/v1/cases/{id}/pause"]["revision"] = api.get(f"/api/v1/cases/{second['id']}").json()["revision"]
    paused = send(api, "POST /api/v1/cases/{id}/pause", second["id"])
    left["POST /api/v1/cases/{id}/pause/end"]["revision"] = paused["revision"]
    send(api, "POST /api/v1/cases/{id}/pause/end", second["id"])
    named = left["POST /api/v1/cases/views"]
    named["title"] = named["title"] + uuid.uuid4().hex[:6]
    view = send(api, "POST /api/v1/cases/views", status=201)["id"]
    left["POST /api/v1/cases/views/{id}"]["title"] = named["title"] + "二"
    send(api, "POST /api/v1/cases/views/{id}", view)
    send(api, "POST /api/v1/cases/views/{id}/removal", view)

    # The file itself, and then the same word of it in a form.
    added = api.session.post(
        f"{api.url}/api/v1/cases/{case}/attachments", params={"name": "记录.txt"}, timeout=api.patience,
        data="已致电业主。".encode(), headers={"Content-Type": "application/octet-stream"})
    assert added.status_code == 201, added.text
    formed = api.session.post(
        f"{api.url}/api/v1/cases/{case}/attachments", timeout=api.patience,
        files={"file": ("记录.txt", "又致电业主。".encode(), "text/plain")})
    assert formed.status_code == 201, formed.text
    send(api, "POST /api/v1/cases/{id}/attachments/{attachment}/withdrawal", case, added.json()["id"])

    # A request opens a duty that is ticked off; the administrator takes it over to do so.
    send(api, "POST /api/v1/facts", status=201)
    duties = admin.get("/api/v1/obligations", customer=customer).json()["items"]
    duty = next(each["id"] for each in duties if each["clause"] == "D-004")
    taken = send(admin, "POST /api/v1/obligations/{id}/holder", duty)
    left["POST /api/v1/obligations/{id}/discharge"]["revision"] = taken["revision"]
    send(admin, "POST /api/v1/obligations/{id}/discharge", duty)
    other = next(each["id"] for each in duties if each["id"] != duty and each["state"] == "open")
    send(admin, "POST /api/v1/obligations/{id}/waiver", other)

    known[CUSTOMER] = me["unit"]["id"]  # the parent of a new unit has the same identifier in the document
    unit = send(admin, "POST /api/v1/organisation/units", status=201)["id"]
    placed = send(admin, "POST /api/v1/organisation/units/{id}/placement", unit)
    left["POST /api/v1/organisation/units/{id}/closure"]["revision"] = placed["revision"]
    send(admin, "POST /api/v1/organisation/units/{id}/closure", unit)
    new = send(admin, "POST /api/v1/staff", status=201)["id"]
    # A name to sign in with is taken once, and this server may have been asked before.
    left["POST /api/v1/staff/{id}/login"]["login"] += uuid.uuid4().hex[:6]
    send(admin, "POST /api/v1/staff/{id}/login", new)
    placed = send(admin, "POST /api/v1/staff/{id}/placement", new)
    left["POST /api/v1/staff/{id}/departure"]["revision"] = placed["revision"]
    send(admin, "POST /api/v1/staff/{id}/departure", new)

    issued = send(admin, "POST /api/v1/me/tokens", status=201)
    ended = admin.post(f"/api/v1/me/tokens/{issued['id']}/revocation", {})
    assert ended.status_code == 204, ended.text
    # Twice the same list would be refused, and this server may have been asked before.
    listed = left["POST /api/v1/customers/imports"]
    listed["csv"] = listed["csv"].replace("林小满", "林小满" + uuid.uuid4().hex[:6])
    run = send(assistant, "POST /api/v1/customers/imports", status=201)["run"]
    assert assistant.get(f"/api/v1/customers/imports/{run}").json()["filed"] == 1
    file = document["paths"]["/api/v1/customers/imports"]["post"]["requestBody"]["content"]["text/csv"]["example"]
    sent = assistant.session.post(
        f"{assistant.url}/api/v1/customers/imports", params={"dry_run": "true"}, timeout=assistant.patience,
        data=file.encode(), headers={"Content-Type": "text/csv; charset=utf-8"})
    assert sent.status_code == 200 and sent.json()["refusals"] == [], sent.text
    # A whole charter would fill the document; each fault of these first lines is told.
    faulty = send(admin, "POST /api/v1/charter/adoption", status=422)
    assert faulty["code"] == "charter_faults"
    missing = {each.get("expected") for each in faulty["errors"]}
    assert len(missing) > 1, faulty

    # Nobody's password is the one of the document; it is read, and found to be another.
    refused = send(admin, "POST /api/v1/me/password", status=422)
    assert refused["code"] == "wrong_password"
    assert not left, f"no test sends the example of {sorted(left)}"
