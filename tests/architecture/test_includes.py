"""Dependencies point inward: each folder may include only what this table says (projections/ may know the ports of those whom it serves, no more)."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

MAY_INCLUDE = {
    "domain": {"domain"},
    "log": {"log"},
    "commands": {"commands", "domain", "log"},
    "projections": {"projections", "domain", "log", "infra/postgres", "commands/history.hpp", "infra/sealing/keys_to_rewrap.hpp", "infra/sealing/subject_keys.hpp"},
    "http": {"http", "commands", "domain", "log", "projections", "infra/sealing", "infra/proof", "infra/crypto", "infra/postgres/fault.hpp"},
    "infra/config": {"infra/config"},
    "infra/crypto": {"infra/crypto"},
    "infra/logging": {"infra/logging", "infra/config", "domain/json.hpp", "domain/result.hpp", "domain/time.hpp"},
    "infra/metrics": {"infra/metrics", "infra/config"},
    "infra/postgres": {"infra/postgres"},
    "infra/sealing": {"infra/sealing", "domain", "infra/crypto"},
    "infra/proof": {"infra/proof", "domain", "log", "infra/crypto"},
    "infra/memory": {"infra/memory", "log"},
    "infra/kafka": {"infra/kafka", "log"},
    "infra/shared_reads": {"infra/shared_reads", "log"},
}

# A library's headers are named in one folder only.
LIBRARY_FOLDER = {
    r"librdkafka/": ("infra/kafka",),
    r"libpq-fe\.h|libpq/": ("infra/postgres",),
    r"Poco/": ("http", "bench"),
    r"prometheus/": ("infra/metrics",),
    r"spdlog/": ("infra/logging",),
    r"CLI/": ("app",),
    r"openssl/": ("log", "infra/crypto", "infra/postgres"),
}

INCLUDE = re.compile(r'^\s*#include\s+([<"])([^">]+)[">]', re.MULTILINE)


def sources(folder):
    return [p for p in (ROOT / folder).rglob("*") if p.suffix in {".hpp", ".cpp"}]


def includes(path):
    return INCLUDE.findall(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("folder", sorted(MAY_INCLUDE))
def test_folder_includes_only_what_it_may(folder):
    files = sources(folder)
    assert files, f"{folder} holds no sources: mend the table"
    for path in files:
        for quote, target in includes(path):
            if quote != '"' or not (ROOT / target.split("/")[0]).is_dir():
                continue
            allowed = any(target == good or target.startswith(good + "/") for good in MAY_INCLUDE[folder])
            assert allowed, f"{path.relative_to(ROOT)} includes {target}, which {folder}/ must not know"


@pytest.mark.parametrize("pattern", sorted(LIBRARY_FOLDER))
def test_library_is_named_in_its_folder_only(pattern):
    folders = ("domain", "log", "commands", "projections", "http", "infra", "app")
    for path in [p for folder in folders for p in sources(folder)]:
        inside = str(path.relative_to(ROOT))
        for quote, target in includes(path):
            if quote == "<" and re.match(pattern, target):
                assert inside.startswith(LIBRARY_FOLDER[pattern]), f"{inside} includes {target}"


def test_inner_headers_do_not_pull_in_json():
    for folder in ("domain", "log", "commands", "infra/sealing", "infra/proof"):
        for path in sources(folder):
            if path.suffix == ".hpp":
                if path != ROOT / "domain/json.hpp":
                    assert all(target not in ("nlohmann/json.hpp", "domain/json.hpp") for _, target in includes(path)), f"{path.relative_to(ROOT)}: use json_fwd.hpp or text"


def test_json_is_compiled_once():
    for folder in ("domain", "commands", "projections", "http", "infra/logging", "infra/sealing", "infra/proof", "app"):
        for path in sources(folder):
            if path != ROOT / "domain/json.hpp":
                assert all(target != "nlohmann/json.hpp" for _, target in includes(path)), f"{path.relative_to(ROOT)}: use domain/json.hpp"
