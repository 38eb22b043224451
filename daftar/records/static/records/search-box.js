// <search-box data-url>: the one search. Ctrl or Cmd with K anywhere, "/" where the page has no search of its own, [data-search-open].
// The server answers ?q=&opened= with [role=option data-href]. Which cards were opened lately is remembered here, as addresses only.
import { ask, fill, sayFailed } from "ui/ask"
import { isTyping, meant } from "ui/keys"

const PAUSE_MS = 90
const KEPT = "opened", MOST = 10
const CARD = /^\/[a-z0-9-]+\/\d+\/$/

class SearchBox extends HTMLElement {
  connectedCallback() {
    this.#remember()
    document.addEventListener("keydown", this.#global, true)
    document.addEventListener("click", this.#click)
    this.input.addEventListener("input", this.#typed)
    this.input.addEventListener("keydown", this.#key)
    this.list.addEventListener("pointerdown", event => event.preventDefault())
    this.list.addEventListener("click", this.#point)
    this.dialog.addEventListener("close", this.#closed)
  }
  disconnectedCallback() {
    document.removeEventListener("keydown", this.#global, true)
    document.removeEventListener("click", this.#click)
    this.asking?.abort()
  }

  get dialog() { return this.querySelector("dialog") }
  get input() { return this.querySelector("[role=combobox]") }
  get list() { return this.querySelector("[role=listbox]") }
  get options() { return [...this.list.querySelectorAll("[role=option][data-href]")] }
  get active() { return this.list.querySelector(".is-active") }

  #remember() {
    if (!CARD.test(location.pathname) || !document.querySelector("article.card")) return
    this.#keep([location.pathname, ...this.#opened().filter(path => path !== location.pathname)].slice(0, MOST))
  }
  #opened() {
    try { return JSON.parse(localStorage.getItem(KEPT) ?? "[]").filter(path => CARD.test(path)) } catch { return [] }
  }
  #keep(paths) {
    try { localStorage.setItem(KEPT, JSON.stringify(paths)) } catch { /* a browser that keeps nothing */ }
  }

  #global = event => {
    const isK = event.code === "KeyK" && (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey
    const isSlash = !isTyping(event) && meant(event) === "/" && !document.querySelector("[data-search]")
    if (!isK && !isSlash) return
    const other = document.querySelector("dialog[open]")
    if (other && other !== this.dialog) return
    event.preventDefault()
    event.stopPropagation()
    if (this.dialog.open) this.input.select()
    else this.#open()
  }
  #click = event => {
    if (!event.target.closest("[data-search-open]") || event.button || event.ctrlKey || event.metaKey || event.shiftKey) {
      if (event.target === this.dialog) this.dialog.close()
      return
    }
    event.preventDefault()
    this.#open()
  }

  #open() {
    this.opener = document.activeElement
    this.dialog.showModal()
    this.input.focus()
    this.#search()
  }
  #closed = () => {
    clearTimeout(this.timer)
    this.asking?.abort()
    this.input.value = ""
    this.list.replaceChildren()
    this.#mark(undefined)
    if (this.opener?.isConnected) this.opener.focus()
  }

  #typed = event => {
    if (event.isComposing) return
    clearTimeout(this.timer)
    this.asking?.abort()
    this.isBehind = true // what stands there is of earlier words
    this.timer = setTimeout(() => this.#search(), PAUSE_MS)
  }

  async #search() {
    clearTimeout(this.timer)
    this.asking?.abort()
    this.isBehind = true
    const asking = this.asking = new AbortController()
    const url = new URL(this.dataset.url, location.href)
    url.searchParams.set("q", this.input.value)
    url.searchParams.set("opened", this.#opened().join(","))
    const answer = await ask(url, { signal: asking.signal })
    if (asking.signal.aborted || !this.dialog.open) return
    if (!answer.ok) return sayFailed(answer)
    fill(this.list, answer.text)
    this.isBehind = false
    this.options.forEach((option, place) => { option.id = `search-option-${place}` })
    this.#mark(this.input.value.trim() ? this.options[0] : undefined)
    const line = this.querySelector("[data-say]")
    line.textContent = line.dataset.words.replace("{n}", this.options.length)
  }

  #mark(option) {
    this.active?.setAttribute("aria-selected", "false")
    this.active?.classList.remove("is-active")
    option?.classList.add("is-active")
    option?.setAttribute("aria-selected", "true")
    option?.scrollIntoView({ block: "nearest" })
    if (option) this.input.setAttribute("aria-activedescendant", option.id)
    else this.input.removeAttribute("aria-activedescendant")
  }

  #key = event => {
    if (event.isComposing) return
    const { key } = event
    if (key === "ArrowDown" || key === "ArrowUp") {
      event.preventDefault()
      const now = this.options.indexOf(this.active)
      this.#mark(this.options.at(key === "ArrowDown" ? (now + 1) % this.options.length : Math.max(now, 0) - 1))
    } else if (key === "Enter") {
      event.preventDefault()
      const away = event.ctrlKey || event.metaKey
      if (this.isBehind) this.#search().then(() => !this.isBehind && this.active && this.#go(this.active, away))
      else if (this.active) this.#go(this.active, away)
    }
  }
  #point = event => {
    const option = event.target.closest("[role=option][data-href]")
    if (option) this.#go(option, event.ctrlKey || event.metaKey)
  }

  #go(option, isAway) {
    const { href } = option.dataset
    if (isAway) return void window.open(href, "_blank", "noopener")
    if (!option.hasAttribute("data-form")) return void location.assign(href)
    this.dialog.close()
    document.dispatchEvent(new CustomEvent("dialog:open", { detail: { href } }))
  }
}
customElements.define("search-box", SearchBox)
