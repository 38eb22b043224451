// <date-field data-url [data-time]>: a text box with a month beside it; the server draws the month in the reader's calendar.
// Alt+↓ or the button opens; arrows walk days, PageUp and PageDown months, Enter picks, Esc closes.
import { ask, fill } from "ui/ask"
import { isMirrored } from "ui/keys"
import { place } from "ui/place"

class DateField extends HTMLElement {
  connectedCallback() {
    if (!this.input || this.ready) return
    this.ready = true
    this.button.hidden = false
    this.button.addEventListener("click", () => this.pop.matches(":popover-open") ? this.pop.hidePopover() : this.#open())
    this.input.addEventListener("keydown", event => {
      if (event.key !== "ArrowDown" || !event.altKey) return
      event.preventDefault()
      this.#open()
    })
    this.pop.addEventListener("click", this.#click)
    this.pop.addEventListener("keydown", this.#key)
  }
  get input() { return this.querySelector("input") }
  get button() { return this.querySelector(".date__button") }
  get pop() { return this.querySelector("[popover]") }
  get days() { return [...this.pop.querySelectorAll(".calendar__day")] }

  async #open() {
    if (!await this.#show({ value: this.input.value })) return
    this.pop.showPopover()
    place(this.pop, this.input)
    this.pop.style.minInlineSize = ""
    const first = this.pop.querySelector("[aria-pressed=true], [aria-current=date]") ?? this.days[0]
    first.focus()
  }
  async #show(query) {
    const answer = await ask(`${this.dataset.url}?${new URLSearchParams(query)}`)
    if (answer.ok) fill(this.pop, answer.text)
    return answer.ok
  }

  #click = async event => {
    const target = event.target.closest("button")
    if (!target) return
    if (target.dataset.y) await this.#show({ y: target.dataset.y, m: target.dataset.m, value: this.input.value })
    else if (target.dataset.value !== undefined) this.#pick(target.dataset.value)
  }
  #pick(day) {
    const time = this.hasAttribute("data-time") && day ? this.input.value.split(" ").slice(1).join(" ") || "09:00" : ""
    this.input.value = [day, time].filter(Boolean).join(" ")
    this.pop.hidePopover()
    this.input.focus()
    this.input.dispatchEvent(new Event("change", { bubbles: true }))
  }

  #key = async event => {
    const step = { ArrowUp: -7, ArrowDown: 7, ArrowLeft: isMirrored(this) ? 1 : -1, ArrowRight: isMirrored(this) ? -1 : 1 }[event.key]
    const turn = { PageUp: 0, PageDown: 1 }[event.key]
    if (step === undefined && turn === undefined && event.key !== "Escape") return
    event.preventDefault()
    event.stopPropagation()
    if (event.key === "Escape") {
      this.pop.hidePopover()
      return this.input.focus()
    }
    const now = this.days.indexOf(document.activeElement)
    const next = this.days[now + step]
    if (next && turn === undefined) return next.focus()
    const button = this.pop.querySelectorAll("[data-y]")[turn ?? (step > 0 ? 1 : 0)]
    await this.#show({ y: button.dataset.y, m: button.dataset.m, value: this.input.value })
    const inside = this.days.filter(day => !day.classList.contains("calendar__day--other"))
    inside.at(step < 0 ? -1 : 0)?.focus()
  }
}
customElements.define("date-field", DateField)
