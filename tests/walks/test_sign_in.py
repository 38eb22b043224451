"""Everybody's way in: invited by mail, then by password and app, by passkey, by the company's account service, by a new password."""

import re
import time

import pytest
from allauth.mfa.totp.internal import auth as totp

from tests.browser.window import Window
from tests.house.account_service import CLIENT, SECRET, open_account_service
from tests.house.installation import Installation
from tests.house.postbox import open_postbox
from tests.house.test_live import wait_for
from tests.walks.test_story import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.slow]
SARAS, NEW = "snow over zinc roofs", "wind under tin hats"
AUTHENTICATOR = {
    "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True, "isUserVerified": True,
    "automaticPresenceSimulation": True,
}  # fmt: skip


@pytest.fixture
def postbox():
    with open_postbox() as box:
        yield box


@pytest.fixture
def accounts():
    with open_account_service() as service:
        service.claims = {"sub": "4711", "email": "sara@example.com", "email_verified": True, "name": "Sara"}
        yield service


@pytest.fixture
def house(tmp_path, empty_house, postbox, accounts):
    """An installation that sends mail and knows an account service; by the name localhost, for passkeys want a name."""
    made = Installation(
        tmp_path, like=empty_house, DAFTAR_MAIL_URL=f"smtp://127.0.0.1:{postbox.port}", DAFTAR_MAIL_FROM="Northside <crm@example.com>",
        DAFTAR_OIDC_ISSUER=accounts.issuer, DAFTAR_OIDC_CLIENT_ID=CLIENT, DAFTAR_OIDC_SECRET=SECRET, DAFTAR_OIDC_LABEL="Northside accounts",
        DAFTAR_ALLOWED_HOSTS_OUT="127.0.0.1",
    )  # fmt: skip
    made.address = f"http://localhost:{made.port}"
    made.env["DAFTAR_URL"] = made.address
    with made.serving():
        yield made
    made.close()


class Guest(Window):
    """Sara at her window. `strict` keeps the content security policy in force, under which the scan itself cannot run."""

    def __init__(self, browser, address, *, strict, **words):
        super().__init__(browser, address, bypass_csp=not strict, **words)
        self.strict = strict

    def look(self, name=""):
        if not self.strict:
            super().look(name)
        elif name:
            self.picture(name)

    def sign_out(self):
        self.go("/me/")
        self.page.evaluate("document.querySelector('form[action=\"/sign-out/\"]').submit()")
        self.page.wait_for_url("**/sign-in/")

    def type_password(self, password):
        self.go("/sign-in/?next=/me/security/")
        self.page.fill("[name=email]", "sara@example.com")
        self.page.fill("[name=password]", password)
        self.page.click("form.form button:not([name])")

    def arrived(self):
        self.page.wait_for_url("**/me/security/")
        self.ready()


def link_in(postbox, path, *, to=""):
    """The link of the newest mail that has one, of those to one address if it is given."""

    def found():
        return [mail for mail in postbox.came if path in text_of(mail) and to in str(mail["To"])]

    wait_for(found)
    mail = found()[-1]
    return re.search(rf"http\S+({path}\S+)", text_of(mail))[1]


def text_of(mail):
    return mail.get_body(("plain",)).get_content()


def app_code(key, steps):
    """The code of the half minute that is `steps` from now; asked for early in one, so that it still counts when it arrives."""
    while time.time() % 30 > 18:
        time.sleep(0.5)
    now = list(totp.yield_hotp_counters_from_time())
    return totp.format_hotp_value(totp.hotp_value(key, now[len(now) // 2] + steps))


@pytest.mark.parametrize("language", ["en", pytest.param("fa", marks=pytest.mark.thorough)])
def test_every_way_in(house, postbox, accounts, seats, browser, language):
    olga = seats(house.address)
    olga.found_company(
        language, company="Northside Hardware", owner="Olga Reyes", email="olga@example.com", password=PASSWORD
    )

    def picture(name):
        return name if language == "en" else ""

    # Olga invites Sara.
    olga.go("/settings/invitations/new")
    olga.page.fill("[name=emails]", "sara@example.com")
    olga.look(picture("invite"))
    olga.page.click(".form__foot .button--primary")
    olga.page.wait_for_selector("code")
    olga.look()

    # Sara comes by the mail.
    sara = Guest(browser, house.address, strict=language == "en", locale=language)
    try:
        sara.go(link_in(postbox, "/invitation/"))
        sara.look()
        sara.page.fill("[name=name]", "Sara Lind")
        sara.page.fill("[name=password]", SARAS)
        sara.page.click(".button--primary")
        sara.page.wait_for_url("**/due/")
        by_app(sara, picture)
        by_passkey(sara, picture)
        by_company(sara)
        by_new_password(sara, postbox)
        nobody_locks_her_out(sara, browser)
    finally:
        sara.context.close()
    assert not sara.errors, sara.errors
    assert not sara.findings, "\n".join(sara.findings)
    olga.go("/settings/invitations/")
    assert "Sara Lind" in olga.page.inner_text("tbody")
    olga.look()
    olga.go("/settings/mail/")
    olga.look(picture("outgoing-mail"))


def by_app(sara, picture):
    """Set up an app, then sign in by password and code."""
    sara.go("/me/security/app")
    sara.look(picture("authenticator-app"))
    key = sara.page.inner_text(".long-code").replace(" ", "")
    sara.page.fill("[name=code]", app_code(key, -1))
    sara.page.click(".form__foot .button--primary")
    sara.page.wait_for_selector(".codes")
    assert sara.page.locator(".codes li").count() == 10
    sara.look()
    with sara.page.expect_download() as saved:
        sara.page.click("a[download]")
    code = sara.page.locator(".codes code").first.inner_text()
    assert code in saved.value.path().read_text()
    sara.sign_out()
    sara.look()
    sara.type_password(SARAS)
    sara.page.wait_for_url("**/sign-in/second/")
    sara.look()
    sara.page.fill("[name=code]", app_code(key, 0))
    sara.page.click(".button--primary")
    sara.arrived()
    sara.sign_out()
    sara.type_password(SARAS)
    sara.page.wait_for_url("**/sign-in/second/")
    sara.page.fill("[name=code]", code)
    sara.page.click(".button--primary")
    sara.arrived()


def by_passkey(sara, picture):
    """Make a passkey with the device, then sign in by it alone."""
    wire = sara.context.new_cdp_session(sara.page)
    wire.send("WebAuthn.enable")
    wire.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
    sara.go("/me/security/passkeys/new")
    sara.look()
    sara.page.fill("[name=name]", "My laptop")
    sara.page.click(".form__foot .button--primary")
    sara.arrived()
    sara.look(picture("signing-in"))
    assert sara.page.input_value("[name=name]") == "My laptop"
    sara.sign_out()
    sara.go("/sign-in/?next=/me/security/")
    sara.page.click("pass-key button")
    sara.arrived()
    sara.page.locator("form[action$='/app/remove'] button").click()
    sara.page.wait_for_selector("form[action$='/app/remove']", state="detached")


def by_company(sara):
    """By the company's account service; her passkey is asked for as the second step."""
    sara.sign_out()
    sara.go("/sign-in/?next=/me/security/")
    sara.page.click("a[href^='/sign-in/company/']")
    sara.page.click("#me")
    sara.page.wait_for_url("**/sign-in/second/")
    sara.ready()
    sara.page.click("pass-key button")
    sara.arrived()
    sara.page.locator("form[action$='/remove'] button").click()
    sara.page.wait_for_selector("form[action$='/remove']", state="detached")
    sara.sign_out()
    sara.go("/sign-in/?next=/me/security/")
    sara.page.click("a[href^='/sign-in/company/']")
    sara.page.click("#me")
    sara.arrived()


def by_new_password(sara, postbox):
    """A forgotten password, a mail, and a new one."""
    sara.sign_out()
    sara.go("/forgotten/")
    sara.look()
    sara.page.fill("[name=email]", "sara@example.com")
    sara.page.click(".button--primary")
    sara.page.wait_for_selector(".notice--ok")
    sara.look()
    sara.go(link_in(postbox, "/new-password/"))
    sara.look()
    sara.page.fill("[name=new]", NEW)
    sara.page.click(".button--primary")
    sara.page.wait_for_url("**/sign-in/")
    sara.type_password(NEW)
    sara.arrived()


def nobody_locks_her_out(sara, browser):
    """Somebody else guesses until they must wait; she signs in meanwhile, and her name is not told apart from a made-up one."""
    told = []
    for email in ("sara@example.com", "nobody@example.com"):
        with browser.new_context() as strange:
            page = strange.new_page()
            for guess in range(30):
                page.goto(f"{sara.address}/sign-in/")
                page.fill("[name=email]", email)
                page.fill("[name=password]", f"a wrong guess {guess}")
                page.click("form.form button:not([name])")
                page.wait_for_selector(".notice--danger")
                words = page.inner_text(".notice--danger")
                if any(sign.isdigit() for sign in words):  # how long to wait; a slow machine may have waited already
                    break
            told.append(re.sub(r"\d+( seconds?)?", "", words))
    assert guess < 29
    assert told[0] == told[1]
    sara.sign_out()
    sara.type_password(NEW)
    sara.arrived()
