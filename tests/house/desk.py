"""The browser of somebody who outlives the server: signed in once, it sends the forms of pages."""

import re
import time

import httpx

from tests.house.killing import OWNER, sign_in


class Desk:
    """Posts forms, and waits for what the worker does with them."""

    def __init__(self, house, email=OWNER):
        self.house = house
        self.cookies = sign_in(house, email)
        self.client = httpx.Client(base_url=house.address, cookies=self.cookies, timeout=60)

    def post(self, path, files=None, **values):
        headers = {"X-CSRFToken": self.cookies["daftar_csrf"], "Origin": self.house.address}
        answer = self.client.post(path, data=values, files=files, headers=headers)
        assert answer.status_code in (200, 204, 302, 303), f"{path} {answer.status_code}: {answer.text[:500]}"
        return answer

    def run(self, path, **values):
        """Begin an act on many and wait for its end: the number of the run."""
        found = re.match(r"/changes/(\d+)/$", self.post(path, **values).headers.get("Location", ""))
        number = int(found[1]) if found else self.house.query("SELECT max(id) FROM records_bulkrun")[0][0]
        self.wait_for("records_bulkrun", number)
        return number

    def wait_for(self, table, number, state="done", seconds=120):
        """Until the run, or the import, of that number has come so far."""
        end = time.monotonic() + seconds
        while self.house.query(f"SELECT state FROM {table} WHERE id = {number}") != [(state,)]:  # noqa: S608  # our own names
            assert time.monotonic() < end, self.house.query(f"SELECT * FROM {table} WHERE id = {number}")  # noqa: S608
            time.sleep(0.1)
