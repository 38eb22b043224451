"""Templates that bin/setup compiled are read; the server writes none, and a changed template counts at once."""

from jinja2 import Environment, FileSystemBytecodeCache, FileSystemLoader

from config.compiled_templates import CompiledTemplates


def drawn(pages, cache):
    return Environment(loader=FileSystemLoader(pages), bytecode_cache=cache).get_template("page.html").render()  # noqa: S701 - no foreign words


def test_a_compiled_template_is_used_until_it_changes(tmp_path, monkeypatch):
    pages, built = tmp_path / "pages", tmp_path / "built"
    pages.mkdir()
    built.mkdir()
    (pages / "page.html").write_text("one")
    drawn(pages, FileSystemBytecodeCache(str(built)))

    with monkeypatch.context() as without:
        without.setattr(Environment, "_parse", None)
        assert drawn(pages, CompiledTemplates(built)) == "one"
    (pages / "page.html").write_text("two")

    assert drawn(pages, CompiledTemplates(built)) == "two"


def test_nothing_is_written_while_we_serve(tmp_path):
    pages, built = tmp_path / "pages", tmp_path / "nothing was built"
    pages.mkdir()
    (pages / "page.html").write_text("one")

    assert drawn(pages, CompiledTemplates(built)) == "one"
    assert not built.exists()
