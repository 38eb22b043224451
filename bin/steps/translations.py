"""Compiled translations: django.po → django.mo for each language, by Babel, so no gettext tools are needed."""

from steps import stamp
from steps.say import PYTHON, ROOT, run


def compile_changed() -> None:
    """Compile when a .po file changed or its .mo is missing."""
    sources = sorted(ROOT.glob("locale/*/LC_MESSAGES/*.po"))
    if not sources:
        return
    missing = [po for po in sources if not po.with_suffix(".mo").exists()]
    mark = stamp.times(sources) + ("missing" if missing else "")
    stamp.once("translations", mark, lambda: [_compile(po) for po in sources])
    if missing:
        (stamp.FOLDER / "translations").write_text(stamp.times(sources))


def _compile(po: object) -> None:
    target = str(po)[:-3] + ".mo"
    run(PYTHON, "-m", "babel.messages.frontend", "compile", "-i", po, "-o", target)
