"""Folders that are whole or absent: made under a draft's name, then renamed."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def whole_folder(folder: Path) -> Iterator[Path]:
    """Yield an empty draft to write into; at the end it takes the folder's name and place.

    A kill on the way leaves what was there before; the next call clears the draft.
    """
    draft = folder.with_name(f".{folder.name}.draft")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(parents=True)
    yield draft
    give_name(draft, folder)


def give_name(draft: Path, folder: Path) -> None:
    """Give a draft the folder's name, and remove what had it before.

    Two renames: a kill between them leaves the old folder under a name that the next call clears,
    and the new one in the draft, which the next run makes again.
    """
    old = folder.with_name(f".{folder.name}.old")
    shutil.rmtree(old, ignore_errors=True)
    if folder.exists():
        os.rename(folder, old)
    os.rename(draft, folder)
    shutil.rmtree(old, ignore_errors=True)
