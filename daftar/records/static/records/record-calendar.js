// <record-calendar data-move-url="…/{id}/day?by=…">: cards go from day to day by mouse, finger and keys; days are [data-day] with a list [data-cards].
// A move posts {to, version}; the answer is the whole [data-body] as it is then. 409 and 422 with a fragment: the card goes back, the fragment opens in the dialog.
// Keys: arrows walk, Space lifts and drops, Esc puts back, Enter opens, c makes a new one on the day; j and k turn the page, t is today. A click on an empty place of a day is its "new".
import { ask, fill, sayFailed } from "ui/ask"
import { isMirrored, isPlain, isTyping, meant } from "ui/keys"

const DAY_MS = 24 * 3600 * 1000

class RecordCalendar extends HTMLElement {
  connectedCallback() {
    this.#drag()
    this.addEventListener("keydown", this.#key)
    this.addEventListener("click", this.#click, true)
    document.addEventListener("keydown", this.#turn)
  }
  disconnectedCallback() {
    this.#stop()
    document.removeEventListener("keydown", this.#turn)
  }
  get body() { return this.querySelector("[data-body]") }
  get lists() { return [...this.querySelectorAll("[data-cards]")] }
  day = inside => inside.closest("[data-day]")
  card = item => item.querySelector(".day-card")
  at = iso => this.querySelector(`[data-day="${CSS.escape(iso)}"]`)

  async #drag() {
    const { default: Sortable } = await import("sortable")
    if (!this.isConnected) return
    this.#stop()
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches
    this.sortables = this.lists.map(list => Sortable.create(list, {
      group: "days", draggable: ".is-movable", sort: false, animation: still ? 0 : 120, forceFallback: true, fallbackOnBody: true, fallbackTolerance: 4,
      delay: 200, delayOnTouchOnly: true, ghostClass: "is-ghost", chosenClass: "is-lifted", scroll: true, bubbleScroll: true, emptyInsertThreshold: 0,
      onStart: event => {
        this.home = { list: event.from, next: event.item.nextElementSibling }
        this.classList.add("is-dragging")
      },
      onMove: event => { this.#target(event.to) },
      onEnd: event => {
        this.#target(null)
        this.classList.remove("is-dragging")
        this.justDragged = true
        setTimeout(() => { this.justDragged = false })
        if (event.from !== event.to) this.#post(event.item, this.home)
      },
    }))
  }
  #stop() {
    for (const sortable of this.sortables ?? []) sortable.destroy()
    this.sortables = []
  }
  #target(list) { for (const other of this.lists) this.day(other).classList.toggle("is-target", other === list) }

  #click = event => {
    if (this.justDragged) {
      event.preventDefault()
      event.stopPropagation()
      return
    }
    const day = event.target.closest("[data-day]")
    if (day && !event.target.closest("a, button, li, input") && !getSelection().toString()) day.closest("tr").querySelectorAll("[data-add]").forEach(add => { if (this.#owns(day, add)) add.click() })
  }
  // In an agenda the "new" of a day stands in the head of its line, not in the day itself.
  #owns = (day, add) => day.contains(add) || (!day.querySelector("[data-add]") && add.closest("tr") === day.closest("tr"))

  async #post(item, home) {
    const card = this.card(item)
    const { id, version } = card.dataset
    const to = this.day(item).dataset.day
    item.classList.add("is-waiting")
    const answer = await ask(this.dataset.moveUrl.replace("{id}", id), { method: "POST", values: { to, version }, source: this })
    item.classList.remove("is-waiting")
    if (answer.ok) return this.#renew(answer.text, id, to)
    putBack(item, home)
    this.#say("back", home.list)
    card.focus()
    if (answer.text && (answer.status === 422 || answer.status === 409)) document.querySelector("modal-dialog").show(answer.text)
    else sayFailed(answer)
    if (answer.status === 409) this.#look()
  }
  #renew(text, id, to) {
    this.lifted = null
    fill(this.body, text)
    this.#drag()
    const there = this.querySelector(`#card-${CSS.escape(id)}`) ?? this.at(to)?.querySelector(".day__more, a")
    there?.focus({ preventScroll: false })
  }
  /** The days as they are by now, after somebody else moved a card first. */
  async #look() {
    const answer = await ask(location.href)
    if (!answer.ok) return
    fill(this.body, answer.text)
    this.#drag()
  }

  // -- keys ------------------------------------------------------------------------------------------

  #turn = event => {
    if (isTyping(event) || event.repeat || this.lifted || document.querySelector("dialog[open]")) return
    const where = { j: "on", k: "back", t: "today" }[meant(event)]
    if (!where) return
    event.preventDefault()
    this.querySelector(`[data-turn=${where}]`).click()
  }
  #key = event => {
    const stop = event.target.closest(".day-card, .day__number, .day__more")
    if (!stop || isTyping(event) || !isPlain(event)) return
    const item = stop.closest("li")
    const side = isMirrored(this) ? -1 : 1
    const step = { ArrowRight: side, ArrowLeft: -side }[event.key] ?? 0
    const along = { ArrowDown: 1, ArrowUp: -1 }[event.key] ?? 0
    if (event.key === " " && item) this.lifted ? this.#put(item) : this.#lift(item)
    else if (event.key === "Escape" && this.lifted) this.#cancel(item)
    else if (event.key === "Enter" && this.lifted) this.#put(item)
    else if (meant(event) === "c" && !this.lifted) { if (!this.#make(stop)) return }
    else if (step || along) this.lifted ? this.#carry(item, step + along * this.#down) : this.#walk(stop, step, along)
    else return
    event.preventDefault()
  }
  /** So many days lie under each other: a week in a grid, else one. */
  get #down() { return this.querySelector(".days__grid--month") ? 7 : 1 }
  #make(stop) {
    const add = [...stop.closest("tr").querySelectorAll("[data-add]")].find(one => stop.closest("td, th").contains(one) || stop.closest("tr").querySelectorAll("[data-add]").length === 1)
    add?.click()
    return Boolean(add)
  }
  #walk(stop, step, along) {
    const cell = stop.closest("td, th")
    const stops = [...cell.querySelectorAll(".day__number, .day-card, .day__more")]
    const near = along ? stops[stops.indexOf(stop) + along] : null
    const days = [...this.querySelectorAll("td[data-day]")]
    const place = days.indexOf(cell.matches("td") ? cell : cell.nextElementSibling)
    const next = near ?? this.#first(days[place + step + along * this.#down], along)
    next?.focus()
    next?.scrollIntoView({ block: "nearest" })
  }
  #first(day, along) {
    const stops = [...(day?.querySelectorAll(".day__number, .day-card, .day__more") ?? [])]
    return (along < 0 ? stops.at(-1) : stops.find(one => one.matches(".day-card")) ?? stops[0]) ?? day?.parentElement.querySelector(".day__number")
  }
  #lift(item) {
    if (!item.matches(".is-movable")) return
    this.lifted = { list: item.parentElement, next: item.nextElementSibling }
    item.classList.add("is-lifted")
    this.#say("lifted", item)
  }
  #carry(item, days) {
    const now = this.day(item).dataset.day
    const to = this.at(new Date(Date.parse(`${now}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10))
    if (!to) return
    to.querySelector("[data-cards]").prepend(item)
    this.card(item).focus()
    item.scrollIntoView({ block: "nearest", inline: "nearest" })
    this.#say("moved", item)
  }
  #put(item) {
    const home = this.lifted
    this.lifted = null
    item.classList.remove("is-lifted")
    this.#say("dropped", item)
    if (item.parentElement !== home.list) this.#post(item, home)
  }
  #cancel(item) {
    putBack(item, this.lifted)
    this.lifted = null
    item.classList.remove("is-lifted")
    this.card(item).focus()
    this.#say("back", item)
  }
  #say(which, inside) {
    const words = this.querySelector("[data-say]")
    if (words) words.textContent = (this.getAttribute(`data-said-${which}`) ?? "").replace("{day}", this.day(inside).dataset.words)
  }
}

function putBack(item, { list, next }) {
  list.insertBefore(item, next?.parentElement === list ? next : null)
}
customElements.define("record-calendar", RecordCalendar)
