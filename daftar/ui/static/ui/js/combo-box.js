// <combo-box data-url>: type to search; the server answers ?q= with <li role=option data-value data-label>.
// The hidden input holds the id. Event sent: "picked" {value, label}. Without scripts the typed words go as name__text.
import { ask, fill } from "ui/ask"
import { place } from "ui/place"

const PAUSE_MS = 120
let number = 0

class ComboBox extends HTMLElement {
  connectedCallback() {
    if (!this.input || this.ready) return
    this.ready = true
    this.list.id ||= `combo-${++number}`
    this.input.setAttribute("aria-controls", this.list.id)
    this.input.removeAttribute("name")
    this.said = this.input.value
    this.#tidy()
    this.input.addEventListener("input", this.#typed)
    this.input.addEventListener("keydown", this.#key)
    this.input.addEventListener("click", () => this.isOpen || this.#search(""))
    this.input.addEventListener("blur", this.#left)
    this.list.addEventListener("pointerdown", this.#point)
    this.clearer?.addEventListener("click", () => { this.#set("", ""); this.input.focus() })
  }
  disconnectedCallback() { this.asking?.abort() }

  get hidden_() { return this.querySelector("input[type=hidden]") }
  get input() { return this.querySelector("[role=combobox]") }
  get list() { return this.querySelector("[role=listbox]") }
  get clearer() { return this.querySelector(".combo__clear") }
  get isOpen() { return this.list.matches(":popover-open") }
  get options() { return [...this.list.querySelectorAll("[role=option]")] }
  get active() { return this.list.querySelector(".is-active") }

  #typed = event => {
    if (event.isComposing) return
    clearTimeout(this.timer)
    this.asking?.abort()
    this.isBehind = true // what is offered is of earlier words
    this.timer = setTimeout(() => this.#search(this.input.value), PAUSE_MS)
  }

  async #search(words) {
    clearTimeout(this.timer)
    this.asking?.abort()
    this.asking = new AbortController()
    const url = new URL(this.dataset.url, location.href)
    url.searchParams.set("q", words)
    const answer = await ask(url, { signal: this.asking.signal })
    if (!answer.ok || !this.isConnected || !this.contains(document.activeElement)) return
    fill(this.list, answer.text)
    this.isBehind = false
    this.options.forEach((option, place) => { option.id = `${this.list.id}-${place}` })
    this.#open()
    this.#mark(this.options.find(option => option.dataset.value === this.hidden_.value) ?? (words ? this.options[0] : undefined))
  }

  #open() {
    if (!this.isOpen) this.list.showPopover()
    place(this.list, this.input)
    this.input.setAttribute("aria-expanded", "true")
  }
  #close() {
    if (this.isOpen) this.list.hidePopover()
    this.input.setAttribute("aria-expanded", "false")
    this.input.removeAttribute("aria-activedescendant")
  }

  #mark(option) {
    this.active?.classList.remove("is-active")
    option?.classList.add("is-active")
    option?.scrollIntoView({ block: "nearest" })
    if (option) this.input.setAttribute("aria-activedescendant", option.id)
    else this.input.removeAttribute("aria-activedescendant")
  }

  #key = event => {
    if (event.isComposing) return
    const { key } = event
    if (key === "ArrowDown" || key === "ArrowUp") {
      event.preventDefault()
      if (!this.isOpen) return this.#search("")
      const now = this.options.indexOf(this.active)
      this.#mark(this.options.at(key === "ArrowDown" ? (now + 1) % this.options.length : Math.max(now, 0) - 1))
    } else if (key === "Enter" && this.isBehind) {
      event.preventDefault()
      this.#search(this.input.value).then(() => !this.isBehind && this.active && this.#pick(this.active))
    } else if ((key === "Enter" || key === "Tab") && this.isOpen && this.active && !this.isBehind) {
      if (key === "Enter") event.preventDefault()
      this.#pick(this.active)
    } else if (key === "Escape" && this.isOpen) {
      event.preventDefault()
      event.stopPropagation()
      this.#close()
      this.#forget()
    }
  }

  #point = event => {
    event.preventDefault()
    const option = event.target.closest("[role=option]")
    if (option) this.#pick(option)
  }
  #pick(option) { this.#set(option.dataset.value, option.dataset.label ?? option.textContent.trim()) }

  #set(value, label) {
    this.hidden_.value = value
    this.said = label
    this.#forget()
    this.#close()
    this.#tidy()
    this.hidden_.dispatchEvent(new Event("change", { bubbles: true }))
    this.dispatchEvent(new CustomEvent("picked", { bubbles: true, detail: { value, label } }))
  }

  // What was typed but not picked is not kept: an emptied box clears, other words go back.
  #left = () => {
    this.#close()
    if (!this.input.value.trim() && this.hidden_.value) this.#set("", "")
    else this.#forget()
  }
  #forget() {
    clearTimeout(this.timer)
    this.isBehind = false
    this.input.value = this.said
  }
  #tidy() { if (this.clearer) this.clearer.hidden = !this.hidden_.value || this.input.required }
}
customElements.define("combo-box", ComboBox)
