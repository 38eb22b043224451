import pytest

from tests.browser.company import PASSWORD, PEOPLE
from tests.house.installation import Installation


@pytest.fixture(scope="session")
def house(tmp_path_factory, empty_house):
    """A served company with more than fits a window (company.py); the tests only add to it."""
    made = Installation(tmp_path_factory.mktemp("busy"), like=empty_house)
    made.manage("shell", "-c", "from tests.browser.company import make; make()")
    with made.serving("--web-only"):
        yield made
    made.close()


@pytest.fixture(scope="session")
def sessions():
    """Cookies of those who signed in already, by language: signing in is slow on purpose."""
    return {}


@pytest.fixture
def desk(house, windows, sessions):
    """`desk("fa", 1024, 768, touch=True)` opens a window of somebody signed in who reads that language."""

    def sit(language="en", *size, **words):
        window = windows(house.address, *size, **words)
        if language in sessions:
            window.context.add_cookies(sessions[language])
        else:
            window.sign_in(PEOPLE[language], PASSWORD)
            sessions[language] = window.context.cookies()
        return window

    return sit
