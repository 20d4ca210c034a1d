"""archive.py FOLDER OUT: packs a folder into OUT, as a .tar.gz, or as a .zip where it holds programs for Windows.

The same files give the same bytes: order, owners and times are fixed. Two names of one file stay one in a .tar.gz.
"""

import gzip
import os
import sys
import tarfile
import zipfile
from pathlib import Path

#: Seconds since 1970, for all files: SOURCE_DATE_EPOCH, by default the first time that a .zip can have.
TIME = int(os.environ.get("SOURCE_DATE_EPOCH", "315532800"))


def anonymous(entry: tarfile.TarInfo) -> tarfile.TarInfo:
    entry.uid = entry.gid = 0
    entry.uname = entry.gname = ""
    entry.mtime = TIME
    entry.mode = 0o755 if entry.mode & 0o100 else 0o644
    return entry


def tar(folder: Path, files: "list[Path]", archive: Path) -> None:
    with archive.open("wb") as raw, gzip.GzipFile("", "wb", 9, raw, TIME) as packed:
        with tarfile.open(mode="w", fileobj=packed) as entries:
            for file in files:
                entries.add(file, file.relative_to(folder.parent), filter=anonymous)


def zip(folder: Path, files: "list[Path]", archive: Path) -> None:
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as entries:
        for file in files:
            entry = zipfile.ZipInfo(file.relative_to(folder.parent).as_posix())
            entry.external_attr = 0o644 << 16
            entries.writestr(entry, file.read_bytes(), zipfile.ZIP_DEFLATED)


def main() -> None:
    folder, out = Path(sys.argv[1]), Path(sys.argv[2])
    files = sorted(file for file in folder.rglob("*") if file.is_file())
    if any(file.suffix == ".exe" for file in files):
        zip(folder, files, out / f"{folder.name}.zip")
    else:
        tar(folder, files, out / f"{folder.name}.tar.gz")


if __name__ == "__main__":
    main()
