// <record-board data-move-url="…/{id}/move">: cards go between columns by mouse, finger and keys.
// A move posts {id, to, version}. 2xx: the answer (if any) replaces the card. 409 and 422 with a fragment: the card goes back and the
// fragment opens in the dialog; when it is saved the server says "record:moved" {id, to, version}. Anything else: the card goes back.
// Heard: "record:moved", "board:columns" {key: {count, sum, note}}. Sent: "moved" {id, to}. Words: data-said-lifted, -moved, -dropped, -back.
import { ask, sayFailed } from "ui/ask"
import { isMirrored, isTyping } from "ui/keys"

class RecordBoard extends HTMLElement {
  connectedCallback() {
    this.#drag()
    this.addEventListener("keydown", this.#key)
    this.addEventListener("click", this.#click, true)
    document.addEventListener("record:moved", this.#moved)
    document.addEventListener("board:columns", this.#columns)
    document.addEventListener("htmx:after:swap", this.#free)
    this.#free()
  }
  disconnectedCallback() {
    for (const sortable of this.sortables ?? []) sortable.destroy()
    document.removeEventListener("record:moved", this.#moved)
    document.removeEventListener("board:columns", this.#columns)
    document.removeEventListener("htmx:after:swap", this.#free)
  }
  get lists() { return [...this.querySelectorAll("[data-cards]")] }
  column = card => card.closest("[data-column]").dataset.column
  list = key => this.querySelector(`[data-column="${CSS.escape(key)}"] [data-cards]`)
  name = list => list.closest("[data-column]").querySelector(".board__title").textContent.trim()

  // Links inside cards must not start the browser's own drag.
  #free = () => { for (const link of this.querySelectorAll(".board-card a:not([draggable])")) link.draggable = false }

  async #drag() {
    const { default: Sortable } = await import("sortable")
    if (!this.isConnected) return
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches
    this.sortables = this.lists.map(list => Sortable.create(list, {
      group: "cards", draggable: ".board-card", animation: still ? 0 : 120, forceFallback: true, fallbackOnBody: true, fallbackTolerance: 4,
      delay: 200, delayOnTouchOnly: true, ghostClass: "is-ghost", chosenClass: "is-lifted", scroll: true, bubbleScroll: true,
      onStart: event => { this.home = spot(event.item, event.oldDraggableIndex, event.from) },
      onMove: event => { this.#target(event.to) },
      onEnd: event => {
        this.#target(null)
        this.justDragged = true
        setTimeout(() => { this.justDragged = false })
        if (event.from !== event.to) this.#post(event.item, this.home)
      },
    }))
  }
  #target(list) { for (const other of this.lists) other.closest(".board__column").classList.toggle("is-target", other === list) }

  #click = event => {
    if (!this.justDragged) return
    event.preventDefault()
    event.stopPropagation()
  }

  async #post(card, home) {
    const { id, version } = card.dataset
    const to = this.column(card)
    card.classList.add("is-waiting")
    const answer = await ask(this.dataset.moveUrl.replace("{id}", id), { method: "POST", values: { id, to, version: version ?? "" }, source: card })
    card.classList.remove("is-waiting")
    if (answer.ok) return this.#settled(card, to, answer.text)
    putBack(card, home)
    this.#say("back", home.list)
    if (answer.text && (answer.status === 422 || answer.status === 409)) document.querySelector("modal-dialog").show(answer.text)
    else sayFailed(answer)
  }
  #settled(card, to, text) {
    const isFocused = card.contains(document.activeElement)
    if (text.trim()) {
      const holder = document.createElement("template")
      holder.innerHTML = text
      const fresh = holder.content.querySelector(".board-card")
      if (fresh) {
        card.replaceWith(fresh)
        window.htmx?.process(fresh)
        card = fresh
      }
    }
    this.#free()
    if (isFocused) card.focus()
    this.dispatchEvent(new CustomEvent("moved", { bubbles: true, detail: { id: card.dataset.id, to } }))
  }

  #moved = ({ detail }) => {
    const card = this.querySelector(`.board-card[data-id="${CSS.escape(detail.id)}"]`)
    const list = this.list(String(detail.to))
    if (!card) return
    if (detail.version !== undefined) card.dataset.version = detail.version
    if (!list) return card.remove()
    if (card.parentElement !== list) list.prepend(card)
    card.focus()
  }
  #columns = ({ detail }) => {
    for (const [key, words] of Object.entries(detail)) {
      const head = this.list(key)?.closest("[data-column]").querySelector(".board__head")
      if (!head) continue
      head.querySelector("[data-count]").textContent = words.count
      const sum = head.querySelector(".board__sum")
      sum.textContent = words.sum ?? ""
      sum.title = words.note ?? ""
    }
  }

  #key = event => {
    const card = event.target.closest(".board-card")
    if (!card || event.target !== card || isTyping(event) || event.ctrlKey || event.metaKey || event.altKey) return
    const steps = isMirrored(this) ? { ArrowRight: -1, ArrowLeft: 1 } : { ArrowRight: 1, ArrowLeft: -1 }
    const side = steps[event.key] ?? 0
    const along = { ArrowDown: 1, ArrowUp: -1, j: 1, k: -1 }[event.code === "KeyJ" ? "j" : event.code === "KeyK" ? "k" : event.key] ?? 0
    if (event.key === " ") this.lifted ? this.#put(card) : this.#lift(card)
    else if (event.key === "Escape" && this.lifted) this.#cancel(card)
    else if (event.key === "Enter" && !this.lifted) card.querySelector("a").click()
    else if (side || along) this.lifted ? this.#carry(card, side, along) : this.#walk(card, side, along)
    else return
    event.preventDefault()
  }
  #walk(card, side, along) {
    const cards = [...card.parentElement.querySelectorAll(".board-card")]
    const near = this.lists[this.lists.indexOf(card.parentElement) + side]
    const next = along ? cards[cards.indexOf(card) + along] : near?.querySelectorAll(".board-card")[Math.min(cards.indexOf(card), near.querySelectorAll(".board-card").length - 1)]
    next?.focus()
    next?.scrollIntoView({ block: "nearest", inline: "nearest" })
  }
  #lift(card) {
    this.lifted = { list: card.parentElement, next: card.nextElementSibling }
    card.classList.add("is-lifted")
    this.#say("lifted", card.parentElement)
  }
  #carry(card, side, along) {
    const list = this.lists[this.lists.indexOf(card.parentElement) + side]
    if (side && list) list.prepend(card)
    else if (along > 0 && card.nextElementSibling?.matches(".board-card")) card.nextElementSibling.after(card)
    else if (along < 0 && card.previousElementSibling) card.previousElementSibling.before(card)
    card.focus()
    card.scrollIntoView({ block: "nearest", inline: "nearest" })
    if (side && list) this.#say("moved", list)
  }
  #put(card) {
    const home = this.lifted
    this.lifted = null
    card.classList.remove("is-lifted")
    this.#say("dropped", card.parentElement)
    if (card.parentElement !== home.list) this.#post(card, home)
  }
  #cancel(card) {
    putBack(card, this.lifted)
    this.lifted = null
    card.classList.remove("is-lifted")
    card.focus()
    this.#say("back", card.parentElement)
  }
  #say(which, list) {
    const words = this.querySelector("[data-say]")
    if (words) words.textContent = (this.getAttribute(`data-said-${which}`) ?? "").replace("{column}", this.name(list))
  }
}

function spot(card, index, list) {
  const others = [...list.querySelectorAll(":scope > .board-card:not(.sortable-fallback)")].filter(other => other !== card)
  return { list, next: others[index] ?? list.querySelector(":scope > .board__more") }
}
function putBack(card, { list, next }) {
  list.insertBefore(card, next?.parentElement === list ? next : null)
}
customElements.define("record-board", RecordBoard)
