"""Somebody at a window: the acts of the story, found by the addresses and names of the pages and never by their words."""

from __future__ import annotations

from pathlib import Path

from tests.browser.window import Window

CARD = ".board-card[data-id='{id}']"


class Seat(Window):
    """A person of the story."""

    language = "en"

    # -- the owner ---------------------------------------------------------------------------------

    def found_company(self, language: str, *, company: str, owner: str, email: str, password: str) -> None:
        """The first page of a new installation."""
        self.go("/")
        assert self.path.startswith("/welcome/")
        self.page.click(f".languages a[hreflang={language}]")
        self.ready()
        self.language = language
        self.page.fill("[name=company]", company)
        self.page.fill("[name=owner]", owner)
        self.page.fill("[name=email]", email)
        self.page.fill("[name=password]", password)
        self.look(self.name("welcome"))
        self.page.click("form.form > .button--primary")
        self.page.wait_for_url("**/due/")
        self.ready()

    def load_recipe(self, files: list[Path]) -> None:
        """All files at once, a rehearsal, then the load itself."""
        self.go("/import/")
        self.look(self.name("import"))
        self.page.click("a[href='/import/recipe/opportunities/']")
        self.page.set_input_files("[name=file]", files)
        self.look()
        self.page.click(".form__foot .button--primary")
        self.page.click("button[name=do][value=rehearse]")
        self.page.wait_for_selector("button[name=do][value=load]")
        self.look(self.name("import-rehearsal"))
        self.page.click("button[name=do][value=load]")
        self.page.wait_for_selector(".button-group a[href='/deals/']")
        self.look(self.name("import-report"))

    def add_stage(self, name: str, *, needs: str) -> None:
        """A stage of the loaded pipeline that asks for a field before a deal enters it; it goes before the closed ones."""
        self.go("/settings/pipelines/deal/")
        self.page.locator("a[href$='/stages/new']").last.click()
        form = self.page.locator("#dialog form")
        form.locator("[name=name]").fill(name)
        form.locator(f"[name=required][value={needs}]").check()
        self.look()
        form.locator(".button--primary").click()
        self.page.wait_for_selector("#dialog dialog:not([open])", state="attached")
        self.page.wait_for_selector(f".table :text('{name}')")
        self.look(self.name("pipelines"))

    def let_in(self, name: str, email: str) -> str:
        """Give an account to somebody who came with the files and owns records; the password that is shown once."""
        self.go("/settings/people/")
        place = self.page.get_attribute(f"tbody a:has-text('{name}')", "href")
        self.go(place)
        self.page.fill("[name=email]", email)
        self.look()
        self.page.click(".form__foot .button--primary")
        self.page.wait_for_url("**/settings/people/")
        self.go(place)
        self.page.click("form[action$='/password'] button")
        password = self.page.inner_text("main code")
        self.look()
        return password

    # -- the board ---------------------------------------------------------------------------------

    def open_board(self, pipeline: str) -> None:
        self.go("/deals/board/")
        shown = self.page.locator(".view-bar menu-button").first
        shown.locator("summary").click()
        self.page.click(f".view-bar .menu__item:has-text('{pipeline}')")
        self.ready()
        self.page.wait_for_selector(f"summary:has-text('{pipeline}')")

    def column(self, name: str) -> str:
        """The key of a column by its title."""
        return self.page.evaluate(
            """name => [...document.querySelectorAll(".board__column")]
            .find(one => one.querySelector(".board__title").textContent.trim() === name).dataset.column""",
            name,
        )

    def cards(self, column: str) -> list[str]:
        """The ids of the cards in a column."""
        cards = self.page.locator(f".board__column[data-column='{self.column(column)}'] .board-card")
        return cards.evaluate_all("cards => cards.map(card => card.dataset.id)")

    def count(self, column: str) -> int:
        return int(self.page.inner_text(f".board__column[data-column='{self.column(column)}'] [data-count]"))

    def drag(self, card: str, column: str) -> None:
        """By mouse, or by a finger on a touch screen."""
        start = self.page.locator(CARD.format(id=card)).bounding_box()
        end = self.page.locator(f".board__column[data-column='{self.column(column)}'] .board__cards").bounding_box()
        here = (start["x"] + start["width"] / 2, start["y"] + 10)
        there = (end["x"] + end["width"] / 2, end["y"] + 30)
        self.pull(here, there)

    def carry_by_keys(self, card: str, *, columns: int) -> None:
        """Space lifts, arrows carry, Space puts down; in a mirrored page the other arrow leads onwards."""
        self.page.locator(CARD.format(id=card)).focus()
        self.page.keyboard.press("Space")
        for _ in range(columns):
            self.page.keyboard.press("ArrowLeft" if self.language == "fa" else "ArrowRight")
        self.page.keyboard.press("Space")

    def give_asked(self, **values: str) -> None:
        """Fill the form that asks only for what is missing, and save."""
        form = self.page.locator("#dialog dialog[open] form")
        form.wait_for()
        asked = form.locator("[name=ask]").evaluate_all("fields => fields.map(field => field.value)")
        assert asked == list(values), asked
        assert form.locator(".field").count() == len(values)
        for name, value in values.items():
            form.locator(f"[name={name}]").fill(value)
        form.locator(".button--primary").click()
        form.wait_for(state="detached")

    # -- leads and steps ---------------------------------------------------------------------------

    def type_lead(
        self, subject: str, name: str, phone: str, company: str = "", wants: str = "", picture: str = ""
    ) -> str:
        """An enquiry by the quick form, while on the phone; the address of its card."""
        self.go("/leads/")
        if self.touch:
            self.page.click(".view-bar .button--primary")
        else:
            self.page.keyboard.press("c")
        form = self.page.locator("#dialog dialog[open] form")
        form.wait_for()
        form.locator("[name=title]").fill(subject)
        form.locator("[name=person_name]").fill(name)
        form.locator("[name^=phones]:not([type=hidden])").first.fill(phone)
        form.locator("[name=company_name]").fill(company)
        form.locator("[name=wants]").fill(wants)
        self.look(picture)
        form.locator(".dialog__foot .button--primary").click()
        self.page.wait_for_url("**/leads/*/")
        self.ready()
        return self.path

    def convert(self, lead: str) -> str:
        """One step: contact, company and deal, each new; the address of what is opened then."""
        self.go(lead)
        self.page.click(f"a[href='{lead}convert']")
        form = self.page.locator("#dialog dialog[open] form")
        form.wait_for()
        for part in ("contact", "company", "deal"):
            form.locator(f"[name='{part}.how']").select_option("new")
        self.look(self.name("convert"))
        form.locator(".button--primary").click()
        self.page.wait_for_url("**/deals/*/")
        self.ready()
        return self.path

    def plan_call(self, subject: str, when: str) -> None:
        """On the card that is open."""
        self.page.locator("#composer .tab").nth(1).click()
        self.page.wait_for_selector("#composer [name=kind][value=call]", state="attached")
        form = self.page.locator("#composer form")
        form.locator("[name=subject]").fill(subject)
        form.locator("[name=due_at]").fill(when)
        form.locator(".composer__line .button").first.click()
        self.page.wait_for_selector(f".event--planned:has-text('{subject}')")

    def name(self, picture: str) -> str:
        """Pictures of the guide are those of the English walk with a mouse."""
        return picture if self.language == "en" and not self.touch else ""
