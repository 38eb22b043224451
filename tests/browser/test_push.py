"""Push as a browser does it: the worker is registered, the switch notes this browser, a push shows a notice, a click opens the record.

The push service is the only part that is not there: the browser is given an address and keys by the test.
"""

from __future__ import annotations

import json

import pytest

from daftar.activities.tests.push_service import FarBrowser

pytestmark = [pytest.mark.browser, pytest.mark.slow]
SERVICE = """given => {
  const kept = () => localStorage.getItem("test-subscription")
  const made = () => ({
    endpoint: given.endpoint, options: { applicationServerKey: Uint8Array.from(JSON.parse(kept())).buffer },
    toJSON: () => ({ endpoint: given.endpoint, keys: { p256dh: given.p256dh, auth: given.auth } }),
    unsubscribe: async () => { localStorage.removeItem("test-subscription"); return true },
  })
  PushManager.prototype.getSubscription = async () => kept() ? made() : null
  PushManager.prototype.subscribe = async ({ applicationServerKey }) => {
    localStorage.setItem("test-subscription", JSON.stringify([...applicationServerKey]))
    return made()
  }
}"""
TOLD = {
    "title": "Given to you: Drills", "body": "Hana Karimi", "tag": "t1", "lang": "fa", "dir": "rtl", "href": "/deals/1/",
    "settings": "/me/notices/?off=given", "settings_label": "Switch off",
}  # fmt: skip
SHOWN = """async () => (await (await navigator.serviceWorker.ready).getNotifications())
  .map(one => [one.title, one.body, one.tag, one.lang, one.dir, one.data.href])"""
CLICKED = """async action => {
  const opened = [], later = () => new Promise(done => setTimeout(done, 50))
  self.clients.openWindow = async address => { opened.push(address); return null }
  self.clients.matchAll = async () => []
  // A page may know of a notice a moment before its worker does.
  let notices = []
  for (let tries = 0; !notices.length && tries < 200; tries++, await later())
    notices = await self.registration.getNotifications()
  for (const notification of notices)
    self.dispatchEvent(new NotificationEvent("notificationclick", { notification, action }))
  for (let tries = 0; !opened.length && tries < 200; tries++) await later()
  return opened
}"""
STATE = "state => document.querySelector('push-switch').dataset.state === state"


@pytest.fixture
def olga(desk, house):
    """Olga's window, in which the content security policy holds."""
    window = desk("en", bypass_csp=False)
    window.context.grant_permissions(["notifications"], origin=house.address)
    given = json.dumps(FarBrowser().sent("https://push.example/olga"))
    window.context.add_init_script(f"({SERVICE})({given})")
    return window


def deliver(window, address, text):
    """What the browser does when its push service calls."""
    wire = window.context.new_cdp_session(window.page)
    found = []
    wire.on("ServiceWorker.workerRegistrationUpdated", lambda told: found.extend(told["registrations"]))
    wire.send("ServiceWorker.enable")
    window.page.wait_for_timeout(100)
    wire.send("ServiceWorker.deliverPushMessage", {
        "origin": address, "registrationId": found[-1]["registrationId"], "data": text,
    })  # fmt: skip


def switch_on(page):
    with page.expect_navigation():
        page.get_by_role("button", name="Notify me in this browser").click()
    page.wait_for_function(STATE, arg="on")


def test_switched_on_a_push_is_shown_and_leads_to_its_record_and_switched_off_again(olga, house):
    page = olga.page
    olga.go("/me/notices/")
    page.wait_for_function(STATE, arg="off")

    switch_on(page)
    assert page.locator(".door-keys__one").count() == 1

    deliver(olga, house.address, json.dumps(TOLD))
    page.wait_for_function(f"async () => (await ({SHOWN})()).length === 1")
    assert page.evaluate(SHOWN) == [["Given to you: Drills", "Hana Karimi", "t1", "fa", "rtl", "/deals/1/"]]
    deliver(olga, house.address, json.dumps({**TOLD, "title": "The same once more"}))
    page.wait_for_function(f"async () => (await ({SHOWN})())[0][0] === 'The same once more'")
    assert len(page.evaluate(SHOWN)) == 1

    (worker,) = olga.context.service_workers
    assert worker.url == f"{house.address}/service-worker.js"
    assert worker.evaluate(CLICKED, "") == [f"{house.address}/deals/1/"]
    assert page.evaluate(SHOWN) == []
    deliver(olga, house.address, "no json")
    page.wait_for_function(f"async () => (await ({SHOWN})()).length === 1")
    assert worker.evaluate(CLICKED, "settings") == [f"{house.address}/me/notices/"]

    page.locator("push-switch [name=off]").click()
    page.wait_for_function(STATE, arg="off")
    olga.go("/me/notices/")
    assert page.locator(".door-keys__one").count() == 0


def test_it_comes_back_by_itself_when_its_person_signs_in_again(olga):
    page = olga.page
    olga.go("/me/notices/")
    switch_on(page)
    kept = json.loads(page.evaluate("localStorage.getItem('daftar-push')"))
    page.evaluate("kept => localStorage.setItem('daftar-push', kept)", json.dumps({**kept, "began": "1"}))

    with page.expect_response("**/me/notices/browsers/note") as told:
        olga.go("/due/")

    assert told.value.status == 204
    assert "again=1" in told.value.request.post_data
    olga.go("/me/notices/")
    page.locator(".door-keys__one button").click()
    olga.ready()


def test_a_browser_that_blocks_says_so(desk, house):
    window = desk("en")
    window.context.clear_permissions()
    window.page.add_init_script("Object.defineProperty(Notification, 'permission', { get: () => 'denied' })")
    window.go("/me/notices/")
    window.page.wait_for_function(STATE, arg="blocked")
    window.look()
