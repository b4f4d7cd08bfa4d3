"""Holds requirements.lock to pyproject.toml: every dependency locked, with hashes, from no named index."""

from __future__ import annotations

import sys
import tomllib
from pathlib import Path
from typing import Any

from packaging.markers import default_environment
from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent
EXTRAS = ("dev", "bench")

# The lock is for all of these at once, whichever of them checks it.
MACHINES = (
    {"sys_platform": "linux", "platform_system": "Linux", "platform_machine": "x86_64", "os_name": "posix"},
    {"sys_platform": "linux", "platform_system": "Linux", "platform_machine": "aarch64", "os_name": "posix"},
    {"sys_platform": "darwin", "platform_system": "Darwin", "platform_machine": "arm64", "os_name": "posix"},
    {"sys_platform": "win32", "platform_system": "Windows", "platform_machine": "AMD64", "os_name": "nt"},
)
PYTHONS = ("3.11", "3.12", "3.13", "3.14")


def environments() -> list[dict[str, str]]:
    base = {key: str(value) for key, value in default_environment().items()}
    return [
        base | machine | {"python_version": python, "python_full_version": f"{python}.0"}
        for machine in MACHINES
        for python in PYTHONS
    ]


def wanted(pyproject: dict[str, Any]) -> list[Requirement]:
    project = pyproject["project"]
    texts = project["dependencies"] + [text for extra in EXTRAS for text in project["optional-dependencies"][extra]]
    return [Requirement(text) for text in texts]


def read_lock(text: str) -> tuple[list[Requirement], list[str]]:
    """The locked packages, and what is wrong with the lines themselves."""
    locked, problems = [], []
    for line in text.replace("\\\n", " ").splitlines():
        line = line.strip()
        if not line or line.startswith("#"):
            continue
        if line.startswith("-"):
            problems.append(f"names an index or an option: {line.split()[0]}")
            continue
        spec, *hashes = line.split("--hash=")
        try:
            requirement = Requirement(spec.strip())
        except InvalidRequirement:
            problems.append(f"cannot be read: {spec.strip()}")
            continue
        if requirement.url or version_of(requirement) is None:
            problems.append(f"is not locked to one version: {spec.strip()}")
            continue
        if not hashes or not all(digest.startswith("sha256:") for digest in hashes):
            problems.append(f"has no SHA-256: {requirement.name}")
        locked.append(requirement)
    return locked, problems


def version_of(requirement: Requirement) -> str | None:
    pins = [spec.version for spec in requirement.specifier if spec.operator == "=="]
    return pins[0] if len(pins) == 1 and len(requirement.specifier) == 1 and "*" not in pins[0] else None


def unmet(requirement: Requirement, locked: list[Requirement]) -> str | None:
    """Why the lock does not give what is required, on the first machine where it does not."""
    name = canonicalize_name(requirement.name)
    for environment in environments():
        if requirement.marker and not requirement.marker.evaluate(environment):
            continue
        versions = [
            version_of(entry)
            for entry in locked
            if canonicalize_name(entry.name) == name and (not entry.marker or entry.marker.evaluate(environment))
        ]
        where = (
            f"{environment['sys_platform']} {environment['platform_machine']}, Python {environment['python_version']}"
        )
        if len(versions) != 1:
            return f"{requirement} is locked {len(versions)} times for {where}"
        if not requirement.specifier.contains(versions[0] or "", prereleases=True):
            return f"{requirement} is locked as {versions[0]} for {where}"
    return None


def main() -> int:
    pyproject = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    locked, problems = read_lock((ROOT / "requirements.lock").read_text(encoding="utf-8"))
    needs = wanted(pyproject)
    problems += [problem for need in needs if (problem := unmet(need, locked))]
    for problem in problems:
        print(f"requirements.lock: {problem}")
    if problems:
        print("`make lock` writes it anew.")
        return 1
    print(f"requirements.lock: {len(locked)} packages, all with hashes; it fits the {len(needs)} of pyproject.toml.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
