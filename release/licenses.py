"""licenses.py TARGET FILE: writes the licenses of all crates that the programs for TARGET are built from, with their texts.

Those licenses require a copy of their texts with the program. Each text is printed once, after the names of the crates that have it.
"""

import json
import re
import subprocess
import sys
import textwrap
import zipfile
from pathlib import Path

#: Names of files with a license text.
TEXT = re.compile(r"(licen[cs]e|copying|copyright|notice|unlicense)", re.IGNORECASE)
RULE = "-" * 80


def metadata(target: str) -> dict:
    command = ["cargo", "metadata", "--locked", "--format-version=1", "--filter-platform", target]
    return json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)


def contained(resolve: dict, program: str) -> "set[str]":
    """The ids of all packages that a program is built from. Build scripts put some of what they read into it."""
    dependencies = {
        node["id"]: [one["pkg"] for one in node["deps"] if any(kind["kind"] != "dev" for kind in one["dep_kinds"])]
        for node in resolve["nodes"]
    }
    found, left = set(), [program]
    while left:
        package = left.pop()
        if package not in found:
            found.add(package)
            left += dependencies[package]
    return found


def texts(folder: Path) -> "list[str]":
    """The texts in the folder of a crate, and in archives of what it was made from."""
    files = [file for file in sorted(folder.iterdir()) + sorted(folder.glob("LICENSES/*")) if file.is_file()]
    found = [file.read_bytes() for file in files if TEXT.match(file.name) or file.parent != folder]
    for path in sorted(folder.glob("res/*.zip")):
        with zipfile.ZipFile(path) as archive:
            top = (name for name in archive.namelist() if name.count("/") == 1)
            found += [archive.read(name) for name in top if TEXT.match(name.split("/")[1])]
    return [text.decode("utf-8", errors="replace").strip() for text in found]


def main() -> None:
    target, out = sys.argv[1], Path(sys.argv[2])
    read = metadata(target)
    own = set(read["workspace_members"])
    program = next(one for one in read["packages"] if one["id"] in own and one["name"] == "contract-tests")
    ids = contained(read["resolve"], program["id"]) - own
    crates = sorted((one for one in read["packages"] if one["id"] in ids), key=lambda one: (one["name"], one["version"]))
    same: "dict[str, tuple[list[str], str]]" = {}
    lines = ["The programs are built from these crates, each under its license. The texts follow.", ""]
    for crate in crates:
        name = f"{crate['name']} {crate['version']}"
        found = texts(Path(crate["manifest_path"]).parent)
        lines.append(f"{name}: {crate['license']}" + ("" if found else f", by the authors of {crate['repository']}"))
        for text in found:
            # Many differ in white space only.
            names, _ = same.setdefault(" ".join(text.split()), ([], text))
            names.append(name)
    for names, text in same.values():
        lines += ["", RULE, textwrap.fill(", ".join(names), 80, break_on_hyphens=False), RULE, "", text]
    out.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
