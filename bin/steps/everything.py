"""All steps in their order."""

from steps import compiled, npm_packages, python_packages, static_files, translations


def set_up(*, with_tests: bool) -> None:
    """Bring this clone to a state in which Daftar runs (and its tests too)."""
    python_packages.make_venv()
    python_packages.install("requirements", *(["requirements-test"] if with_tests else []))
    npm_packages.install(with_tests=with_tests)
    translations.compile_changed()
    static_files.build()
    compiled.build()
