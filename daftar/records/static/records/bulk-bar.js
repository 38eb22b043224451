// <bulk-bar class="list__bulk">: what can be done with the picked rows of the <data-list> around it, whose event "picked" {ids} it hears.
// [data-bulk] buttons open their form in the dialog with the picked ids; [data-pick-view] takes all rows of the view. The key b goes to the bar.
import { isTyping, meant } from "ui/keys"

class BulkBar extends HTMLElement {
  connectedCallback() {
    this.list.addEventListener("picked", this.#picked)
    this.addEventListener("click", this.#click)
    this.addEventListener("change", this.#changed)
    document.addEventListener("keydown", this.#key)
    this.hidden = !this.list.querySelector("input[name=ids]:checked")
  }
  disconnectedCallback() {
    this.list.removeEventListener("picked", this.#picked)
    document.removeEventListener("keydown", this.#key)
  }
  get list() { return this.closest("data-list") }
  get whole() { return this.querySelector("[data-pick-view]") }

  #picked = ({ detail }) => {
    const boxes = this.list.querySelectorAll("input[name=ids]").length
    if (this.whole?.checked && detail.ids.length < boxes) this.whole.checked = false
    if (this.whole?.checked) this.#sayAll()
  }
  #changed = event => {
    if (event.target !== this.whole) return
    const head = this.list.querySelector("[data-pick-all]")
    if (!this.whole.checked || head.checked) return void (this.whole.checked ? this.#sayAll() : head.dispatchEvent(new Event("change", { bubbles: true })))
    head.checked = true
    head.dispatchEvent(new Event("change", { bubbles: true }))
  }
  #sayAll() {
    const word = this.querySelector("[data-picked]")
    word.textContent = word.dataset.allWords
  }
  #click = event => {
    const button = event.target.closest("[data-bulk]")
    if (!button) return
    event.preventDefault()
    const sent = new FormData(button.form)
    const ids = sent.getAll("ids").join(",")
    sent.delete("ids")
    if (!sent.has("all")) sent.set("ids", ids)
    const href = `${button.getAttribute("formaction")}?${new URLSearchParams(sent)}`
    document.dispatchEvent(new CustomEvent("dialog:open", { detail: { href } }))
  }
  #key = event => {
    if (this.hidden || isTyping(event) || meant(event) !== "b" || document.querySelector("dialog[open], details.menu[open]")) return
    event.preventDefault()
    this.querySelector("[data-bulk]").focus()
  }
}
customElements.define("bulk-bar", BulkBar)
