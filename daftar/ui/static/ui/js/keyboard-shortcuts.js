// <keyboard-shortcuts>: g + letter goes, ? helps, / searches, c creates (the first [data-create-url] of the page).
import { isTyping, meant } from "ui/keys"

const WAIT_MS = 1200

class KeyboardShortcuts extends HTMLElement {
  connectedCallback() {
    document.addEventListener("keydown", this.#key)
    document.addEventListener("click", this.#click)
  }
  disconnectedCallback() {
    document.removeEventListener("keydown", this.#key)
    document.removeEventListener("click", this.#click)
  }

  #help() {
    const dialog = this.querySelector("dialog")
    if (!dialog.open) dialog.showModal()
  }
  #click = event => { if (event.target.closest("[data-shortcuts]")) this.#help() }

  #key = event => {
    if (isTyping(event) || event.repeat || document.querySelector("dialog[open]")) return
    const key = meant(event)
    if (this.going && key.length === 1) {
      this.going = false
      const link = document.querySelector(`[data-go="${CSS.escape(key)}"]`)
      if (link) return this.#done(event, () => link.click())
    }
    if (key === "g") return this.#done(event, () => this.#wait())
    if (key === "?") return this.#done(event, () => this.#help())
    if (key === "/") return this.#done(event, () => document.querySelector("[data-search]")?.focus())
    const create = key === "c" && document.querySelector("[data-create-url]")?.dataset.createUrl
    if (create) this.#done(event, () => document.dispatchEvent(new CustomEvent("dialog:open", { detail: { href: create } })))
  }

  #wait() {
    this.going = true
    setTimeout(() => { this.going = false }, WAIT_MS)
  }
  #done(event, act) {
    event.preventDefault()
    act()
  }
}
customElements.define("keyboard-shortcuts", KeyboardShortcuts)
