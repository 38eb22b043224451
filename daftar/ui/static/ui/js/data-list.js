// <data-list>: a table walked by keys (arrows or j/k, Enter open, x pick, e edit, t take, Esc back), rows with data-id and data-href.
// data-order-url: heads can be dragged; the new order is posted as cols=a,b,c and the page is asked again.
// Event sent: "picked" {ids}. [data-picked] shows the number, .list__bulk appears, [data-pick-all] and [data-pick-none] work.
import { ask } from "ui/ask"
import { InPlace } from "ui/in-place"
import { isTyping, meant } from "ui/keys"

class DataList extends HTMLElement {
  connectedCallback() {
    this.inPlace = new InPlace(this)
    document.addEventListener("keydown", this.#key)
    this.addEventListener("change", this.#changed)
    this.addEventListener("click", this.#click)
    if (this.dataset.orderUrl) this.#dragHeads()
    this.#count()
  }
  disconnectedCallback() {
    this.inPlace.end()
    document.removeEventListener("keydown", this.#key)
  }
  get rows() { return [...this.querySelectorAll("tbody tr[data-id]")] }
  get current() { return this.querySelector("tbody tr[aria-current=true]") }
  get picks() { return [...this.querySelectorAll("tbody input[name=ids]")] }

  #key = event => {
    const isOurs = event.target === document.body || this.contains(event.target) || event.target.id === "main"
    if (!isOurs || isTyping(event) || document.querySelector("dialog[open], details.menu[open]")) return
    const act = {
      j: () => this.#go(1), ArrowDown: () => this.#go(1), k: () => this.#go(-1), ArrowUp: () => this.#go(-1),
      Enter: () => event.target.closest("a, button") ? false : this.#open(), x: () => this.#pick(), e: () => this.#edit(), t: () => this.#take(), Escape: () => this.#leave(),
    }[meant(event)]
    if (act && act() !== false) event.preventDefault()
  }

  #go(step) {
    const rows = this.rows
    const now = rows.indexOf(this.current)
    this.#enter(rows[now < 0 ? 0 : Math.max(0, Math.min(rows.length - 1, now + step))])
  }
  #enter(row) {
    if (!row) return
    this.current?.removeAttribute("aria-current")
    row.setAttribute("aria-current", "true")
    row.tabIndex = -1
    row.focus({ preventScroll: true })
    row.scrollIntoView({ block: "nearest" })
  }
  #open() {
    if (!this.current?.dataset.href) return false
    location.href = this.current.dataset.href
  }
  #pick() {
    const box = this.current?.querySelector("input[name=ids]")
    if (!box) return false
    box.checked = !box.checked
    this.#count()
  }
  #edit() {
    const cell = this.current?.querySelector("[data-edit-url]")
    if (!cell) return false
    this.inPlace.edit(cell)
  }
  #take() {
    const button = this.current?.querySelector("[data-take]")
    if (!button) return false
    button.click()
  }
  #leave() {
    if (this.picks.some(box => box.checked)) return this.#pickAll(false)
    if (!this.current) return false
    this.current.removeAttribute("aria-current")
    document.activeElement.blur()
  }

  #click = event => {
    if (event.target.closest("[data-pick-none]")) this.#pickAll(false)
    const row = event.target.closest("tbody tr[data-id]")
    if (row && !event.target.closest("a, button, input, select, textarea, label")) this.#enter(row)
    const box = event.target.closest("input[name=ids]")
    if (!box) return
    if (event.shiftKey && this.lastPick) this.#pickBetween(this.lastPick, box)
    this.lastPick = box
  }
  #pickBetween(one, other) {
    const [from, to] = [this.picks.indexOf(one), this.picks.indexOf(other)].sort((a, b) => a - b)
    for (const box of this.picks.slice(from, to + 1)) box.checked = other.checked
    this.#count()
  }
  #changed = event => {
    if (event.target.matches("[data-pick-all]")) this.#pickAll(event.target.checked)
    else if (event.target.matches("input[name=ids]")) this.#count()
  }
  #pickAll(isOn) {
    for (const box of this.picks) box.checked = isOn
    this.#count()
  }
  #count() {
    const ids = this.picks.filter(box => box.checked).map(box => box.value)
    const all = this.querySelector("[data-pick-all]")
    const bulk = this.querySelector(".list__bulk")
    if (all) {
      all.checked = ids.length > 0 && ids.length === this.picks.length
      all.indeterminate = ids.length > 0 && !all.checked
    }
    if (bulk) bulk.hidden = !ids.length
    const word = this.querySelector("[data-picked]")
    if (word) word.textContent = ids.length.toLocaleString(document.documentElement.lang)
    this.dispatchEvent(new CustomEvent("picked", { bubbles: true, detail: { ids } }))
  }

  async #dragHeads() {
    const { default: Sortable } = await import("sortable")
    const head = this.querySelector("thead tr")
    Sortable.create(head, { draggable: "th[data-column]", filter: ".col--name", delay: 150, onEnd: async event => {
      if (event.oldIndex === event.newIndex) return
      const cols = [...head.querySelectorAll("th[data-column]")].map(cell => cell.dataset.column).join(",")
      const answer = await ask(this.dataset.orderUrl, { method: "POST", values: { cols } })
      if (answer.ok) location.reload()
    } })
  }
}
customElements.define("data-list", DataList)
