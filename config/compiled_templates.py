"""Templates as Python's bytecode, made by bin/setup: to compile those of one page takes longer than all else that a start does for it."""

from pathlib import Path

from jinja2 import FileSystemBytecodeCache
from jinja2.bccache import Bucket


class CompiledTemplates(FileSystemBytecodeCache):
    """Reads what `compiling` wrote. A template that changed since is compiled as if there were nothing, and nothing is written while we serve."""

    def __init__(self, folder: Path) -> None:
        super().__init__(str(folder))

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Not by the server: its folder of code may be closed to it."""
