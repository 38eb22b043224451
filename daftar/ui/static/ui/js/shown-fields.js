// <shown-fields data-url data-fields="stage amount" data-hidden="reason"> inside a form: hides the fields that the server names, and
// asks it anew when one of the fields changes by which they are shown. When the server does not answer, the form stays as it is.
import { ask } from "ui/ask"

const PAUSE_MS = 150

class ShownFields extends HTMLElement {
  connectedCallback() {
    this.form = this.closest("form")
    this.form?.addEventListener("input", this.#typed)
    this.form?.addEventListener("change", this.#typed)
    this.form?.addEventListener("picked", this.#typed)
    this.#show(this.dataset.hidden)
  }
  disconnectedCallback() {
    clearTimeout(this.timer)
    this.asking?.abort()
    this.form?.removeEventListener("input", this.#typed)
    this.form?.removeEventListener("change", this.#typed)
    this.form?.removeEventListener("picked", this.#typed)
  }

  #counts = name => this.dataset.fields.split(" ").includes(name.split(".")[0])

  #typed = event => {
    if (event.target.name && !this.#counts(event.target.name)) return
    clearTimeout(this.timer)
    this.timer = setTimeout(this.#ask, PAUSE_MS)
  }

  #ask = async () => {
    const values = [...new FormData(this.form)].filter(([name, value]) => typeof value === "string" && (name === "lists" || this.#counts(name)))
    this.asking?.abort()
    this.asking = new AbortController()
    const answer = await ask(this.dataset.url, { method: "POST", values, signal: this.asking.signal })
    if (answer.ok && this.isConnected) this.#show(answer.text)
  }

  #show(hidden) {
    const keys = new Set(hidden.split(" "))
    for (const field of this.form?.querySelectorAll(".field") ?? []) {
      const name = field.querySelector("[name]:not([type=hidden]), [name]")?.name.split(".")[0].replace(/__text$/, "")
      if (name) field.hidden = keys.has(name) && !field.classList.contains("field--error")
    }
  }
}
customElements.define("shown-fields", ShownFields)
