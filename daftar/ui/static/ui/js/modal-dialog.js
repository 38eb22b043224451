// <modal-dialog>: a link with data-dialog opens its fragment here; so does whatever is swapped into #dialog-body.
// Events heard: "dialog:open" {href}, "dialog:close". Event sent: "dialog:closed". Focus goes back to where it was.
import { ask, fill, sayFailed } from "ui/ask"

class ModalDialog extends HTMLElement {
  connectedCallback() {
    document.addEventListener("click", this.#click)
    document.addEventListener("dialog:open", this.#asked)
    document.addEventListener("dialog:close", this.#close)
    document.addEventListener("htmx:after:swap", this.#swapped)
    this.dialog.addEventListener("close", this.#closed)
    this.dialog.addEventListener("cancel", this.#cancel)
  }
  disconnectedCallback() {
    document.removeEventListener("click", this.#click)
    document.removeEventListener("dialog:open", this.#asked)
    document.removeEventListener("dialog:close", this.#close)
    document.removeEventListener("htmx:after:swap", this.#swapped)
  }
  get dialog() { return this.querySelector("dialog") }
  get body() { return this.querySelector("#dialog-body") }

  /** Show a fragment that is already here (a 422 form of a drag). */
  show(text) {
    fill(this.body, text)
    this.#open()
  }

  #asked = event => this.#load(event.detail.href)

  #click = event => {
    if (event.target.closest("[data-close]")) return void event.target.closest("dialog")?.close()
    if (event.target === this.dialog && !this.body.querySelector("unsaved-guard[data-changed]")) return this.dialog.close()
    const link = event.target.closest("[data-dialog]")
    if (!link || event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey) return
    event.preventDefault()
    this.#load(link.getAttribute("href") ?? link.dataset.dialog)
  }

  async #load(href) {
    const answer = await ask(href)
    if (/^\s*<!doctype/i.test(answer.text)) location.href = href
    else if (answer.text) this.show(answer.text)
    else sayFailed(answer)
  }

  #swapped = () => { if (this.body.childElementCount && !this.dialog.open) this.#open() }

  #open() {
    if (!this.dialog.open) {
      this.opener = document.activeElement
      this.dialog.showModal()
    }
    this.dialog.setAttribute("aria-label", this.querySelector(".dialog__title")?.textContent ?? "")
    const first = this.body.querySelector("[autofocus], [aria-invalid=true], form :is(input:not([type=hidden]), select, textarea)")
    first?.focus()
  }

  #close = () => this.dialog.open && this.dialog.close()
  #cancel = event => { if (event.target === this.dialog && this.body.querySelector(":popover-open")) event.preventDefault() }
  #closed = event => {
    if (event.target !== this.dialog) return
    this.body.replaceChildren()
    if (this.opener?.isConnected) this.opener.focus()
    this.dispatchEvent(new CustomEvent("dialog:closed", { bubbles: true }))
  }
}
customElements.define("modal-dialog", ModalDialog)
