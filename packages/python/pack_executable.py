"""Packs the executable of both programs into the wheel, and tags the wheel for its platform. `packages/build` runs this."""

import os
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class PackExecutable(BuildHookInterface):
    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version == "editable":
            return
        variables = ("EXECUTABLE", "LICENSES", "PLATFORM")
        executable, licenses, platform = (os.environ.get(f"OPENPROSPECT_{name}") for name in variables)
        if not executable or not licenses or not platform:
            raise RuntimeError("a wheel needs the executable of its platform; build it with packages/build")
        name = "contract-tests.exe" if platform.startswith("win") else "contract-tests"
        build_data["force_include"][executable] = f"openprospect_mock/bin/{name}"
        build_data["force_include"][licenses] = "openprospect_mock/THIRD-PARTY-LICENSES"
        build_data["pure_python"] = False
        build_data["tag"] = f"py3-none-{platform}"
