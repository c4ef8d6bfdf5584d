"""Compares the operations that the API registers with those of the published document; prints the differences.

It also resolves every reference of the document, compares query parameters, and asks that each operation names
each refusal it can answer with.
"""

import json
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SOURCES = ROOT / "Sources" / "Web" / "API"
DOCUMENT = ROOT / "Resources" / "openapi.json"
ROUTE = re.compile(r'\.(get|post|put)\(\s*"(/[^"]*)"(?:,\s*query:\s*\[([^\]]*)\])?')
METHODS = {"get", "post", "put", "delete", "patch", "head", "options", "trace"}
ALWAYS = {"400", "401", "403", "404", "405", "429", "default"}
WITH_BODY = {"409", "413", "415", "422"}


def registered() -> dict[str, set[str]]:
    """Operation → its query parameters, as the Swift sources have them."""
    found = {"GET /api/openapi.json": set()}
    for source in sorted(SOURCES.rglob("*.swift")):
        for method, path, query in ROUTE.findall(source.read_text(encoding="utf-8")):
            found[f"{method.upper()} /api/v1{path}"] = set(re.findall(r'"([^"]+)"', query))
    return found


def resolve(document: dict, value: dict) -> dict:
    while "$ref" in value:
        node = document
        for part in value["$ref"].removeprefix("#/").split("/"):
            node = node[part]
        value = node
    return value


def published(document: dict) -> dict[str, set[str]]:
    found = {}
    for path, item in document["paths"].items():
        for method in METHODS & item.keys():
            parameters = item.get("parameters", []) + item[method].get("parameters", [])
            parameters = [resolve(document, parameter) for parameter in parameters]
            found[f"{method.upper()} {path}"] = {each["name"] for each in parameters if each["in"] == "query"}
    return found


def faults(document: dict) -> list[str]:
    found = []
    routes, operations = registered(), published(document)
    found += [f"{name}: in the sources, not in the document" for name in sorted(routes.keys() - operations.keys())]
    found += [f"{name}: in the document, not in the sources" for name in sorted(operations.keys() - routes.keys())]
    for name in sorted(routes.keys() & operations.keys()):
        for parameter in sorted(routes[name] ^ operations[name]):
            found.append(f"{name}: the parameter {parameter} is in the sources or the document, not in both")
    for path, item in document["paths"].items():
        named = {part for part in re.findall(r"\{(\w+)\}", path)}
        for method in METHODS & item.keys():
            operation = item[method]
            own = item.get("parameters", []) + operation.get("parameters", [])
            given = {each["name"] for each in (resolve(document, one) for one in own) if each["in"] == "path"}
            for name in sorted(named ^ given):
                found.append(f"{method.upper()} {path}: the path parameter {name} is not described")
            needed = ALWAYS | (WITH_BODY if "requestBody" in operation else set())
            if operation.get("security") == []:
                needed = {"400", "404", "405", "default"}
            for status in sorted(needed - operation["responses"].keys()):
                found.append(f"{method.upper()} {path}: the answer {status} is not described")
    return found + broken(document, document)


def broken(document: dict, value: object) -> list[str]:
    """References that lead nowhere."""
    if isinstance(value, list):
        return [fault for each in value for fault in broken(document, each)]
    if not isinstance(value, dict):
        return []
    found = []
    if isinstance(value.get("$ref"), str):
        try:
            resolve(document, value)
        except (KeyError, TypeError):
            found.append(f"{value['$ref']}: leads nowhere")
    return found + [fault for each in value.values() for fault in broken(document, each)]


def main() -> int:
    document = json.loads(DOCUMENT.read_text(encoding="utf-8"))
    found = faults(document)
    for fault in found:
        print(fault)
    print(f"openapi: {len(published(document))} operations, {len(found)} differences")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
