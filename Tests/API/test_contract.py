"""What a caller may rely on: said once here, in words, where the fuzzer beside it only knows shapes."""

from __future__ import annotations

import re
import uuid
from pathlib import Path

import requests
from charter_api import API, complaint, response


def problem(answer: requests.Response, status: int) -> dict:
    assert answer.status_code == status, answer.text
    assert answer.headers["Content-Type"].split(";")[0] == "application/problem+json"
    body = answer.json()
    assert body["status"] == status and body["title"]
    return body


def test_the_description_is_open_api_3_1_and_open_to_all(stranger: API) -> None:
    answer = stranger.get("/api/openapi.json")
    assert answer.status_code == 200
    assert answer.json()["openapi"].startswith("3.1")


def test_without_a_token_nothing_is_told(stranger: API) -> None:
    problem(stranger.get("/api/v1/cases/0"), 401)
    answer = stranger.get("/api/v1/obligations")
    problem(answer, 401)
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_the_journal_of_the_company_is_for_who_sees_all_of_it(api: API, admin: API) -> None:
    problem(api.get("/api/v1/events"), 403)
    told = admin.get("/api/v1/events", limit=3)
    assert told.status_code == 200, told.text
    assert [event["number"] for event in told.json()["items"]] == [1, 2, 3]


def test_an_unknown_address_is_a_problem_too(api: API) -> None:
    problem(api.get("/api/v1/nothing-of-the-kind"), 404)


def test_a_complaint_opens_a_duty_and_the_response_meets_it(api: API, customer: str) -> None:
    filed = api.post("/api/v1/cases", complaint(customer, "阳台推拉门变形"))
    assert filed.status_code == 201, filed.text
    case = filed.json()["id"]
    assert filed.json()["reference"]
    assert [duty["state"] for duty in api.obligations(case) if duty["clause"] == "D-105"] == ["open"]
    moved = api.post(f"/api/v1/cases/{case}/moves", response("今天下午到场"))
    assert moved.ok, moved.text
    assert [duty["state"] for duty in api.obligations(case) if duty["clause"] == "D-105"] == ["met"]


def test_the_same_key_twice_is_done_once(api: API, customer: str) -> None:
    key, body = str(uuid.uuid4()), complaint(customer, "橱柜门板色差")
    first, second = (api.post("/api/v1/cases", body, key) for _ in range(2))
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json() == second.json()


def test_the_same_key_for_something_else_is_refused(api: API, customer: str) -> None:
    key = str(uuid.uuid4())
    assert api.post("/api/v1/cases", complaint(customer, "地暖不热"), key).status_code == 201
    answer = api.post("/api/v1/cases", complaint(customer, "另一件事"), key)
    assert answer.status_code in {409, 422}, answer.text
    problem(answer, answer.status_code)


def test_all_faults_of_a_form_are_named_at_once(api: API) -> None:
    answer = api.post("/api/v1/cases", {"workflow": "complaint", "fields": {"channel": "pigeon"}})
    text = str(problem(answer, 422))
    for field in ("customer", "kind", "channel", "occurred_at", "content"):
        assert field in text, f"{field} is not named in {text}"


def test_a_stale_revision_is_a_conflict(api: API, customer: str) -> None:
    case = api.post("/api/v1/cases", complaint(customer, "吊顶开裂")).json()["id"]
    revision = api.get(f"/api/v1/cases/{case}").json()["revision"]
    assert api.post(f"/api/v1/cases/{case}/moves", response("已安排") | {"revision": revision}).ok
    answer = api.post(f"/api/v1/cases/{case}/moves", {
        "move": "track", "fields": {"progress": "等材料"}, "revision": revision,
    })
    problem(answer, 409)


def test_a_token_makes_one_of_its_own_and_ends_it(api: API) -> None:
    made = api.post("/api/v1/me/tokens", {"title": "contract", "scopes": ["cases.read"], "days": 1})
    assert made.status_code == 201, made.text
    narrow = API(api.url, made.json()["token"])
    assert narrow.get("/api/v1/cases").status_code == 200
    assert problem(narrow.get("/api/v1/customers"), 403)["code"] == "token_scope"
    more = narrow.post("/api/v1/me/tokens", {"title": "more", "scopes": ["customers.read"]})
    assert problem(more, 403)["scope"] == "customers.read"
    assert api.post(f"/api/v1/me/tokens/{made.json()['id']}/revocation", {}).status_code == 204
    problem(narrow.get("/api/v1/cases"), 401)


def test_the_next_version_of_the_rules_is_looked_at_and_not_adopted(admin: API) -> None:
    text = (Path(__file__).resolve().parents[2] / "Charters" / "design.yaml").read_text(encoding="utf-8")
    version = admin.get("/api/v1/charter").json()["version"]
    following = re.sub(r"(?m)^version: \d+", f"version: {version + 1}", text)
    told = admin.post("/api/v1/charter/adoption", {"yaml": following, "dry_run": True})
    assert told.status_code == 200, told.text
    assert (told.json()["version"], told.json()["adopted"]) == (version + 1, False)
    assert admin.get("/api/v1/charter").json()["version"] == version
    faulty = admin.post("/api/v1/charter/adoption", {"yaml": following.replace("\nposts:", "\npost:"), "dry_run": True})
    errors = problem(faulty, 422)["errors"]
    assert any(each.get("nearest") == "posts" and each["line"] > 1 for each in errors), errors


def test_a_list_is_imported_once_and_taken_back(assistant: API) -> None:
    api = assistant
    listed = {"csv": f"类型,姓名\n个人,名单{uuid.uuid4().hex[:8]}\n个人,\n"}
    done = api.post("/api/v1/customers/imports", listed)
    assert done.status_code == 201, done.text
    assert (done.json()["filed"], [each["line"] for each in done.json()["faults"]]) == (1, [3])
    run = done.json()["run"]
    assert problem(api.post("/api/v1/customers/imports", listed), 409)["run"] == run
    undone = api.post(f"/api/v1/customers/imports/{run}/undo", {})
    assert undone.status_code == 200 and undone.json()["removed"] == 1, undone.text
    problem(api.post(f"/api/v1/customers/imports/{run}/undo", {}), 409)


def test_a_list_comes_as_a_file_in_either_encoding(assistant: API) -> None:
    url = f"{assistant.url}/api/v1/customers/imports"

    def send(text: str, charset: str, **query: str) -> requests.Response:
        headers = {"Content-Type": f"text/csv; charset={charset}"}
        return assistant.session.post(
            url, data=text.encode(charset), params=query, headers=headers, timeout=assistant.patience
        )

    for charset in ["utf-8", "gb18030"]:
        name = "名单" + uuid.uuid4().hex[:8]
        listed = f"类型,称呼\n个人,{name}\n个人,\n"
        dry = send(listed, charset, columns='{"称呼":"name"}', dry_run="true")
        assert dry.status_code == 200 and "run" not in dry.json(), dry.text
        done = send(listed, charset, columns='{"称呼":"name"}', file_name="名单.csv")
        assert done.status_code == 201, done.text
        assert (done.json()["filed"], [each["line"] for each in done.json()["faults"]]) == (1, [3])
        run = assistant.get(f"/api/v1/customers/imports/{done.json()['run']}").json()
        assert run["file_name"] == "名单.csv"
        assert [each["name"] for each in assistant.get("/api/v1/customers", q=name).json()["items"]] == [name]
        problem(send(listed, charset, columns='{"称呼":"name"}'), 409)
    problem(send("姓名\n", "utf-16"), 415)


def test_what_is_found_can_be_read(api: API) -> None:
    found = api.get("/api/v1/search", q="D-10").json()["items"]
    assert any(each["kind"] == "clause" for each in found)
    for each in found:
        assert api.get(each["href"]).status_code == 200, each


def test_a_move_that_the_charter_does_not_allow_names_the_clause(api: API, customer: str) -> None:
    case = api.post("/api/v1/cases", complaint(customer, "水管异响")).json()["id"]
    assert api.post(f"/api/v1/cases/{case}/moves", response("已安排")).ok
    answer = api.post(f"/api/v1/cases/{case}/moves", response("再答一次"))
    assert "D-105" in str(problem(answer, 409))
