// <known-hint data-url data-fields="phones name"> inside a form: asks the server who is known already by those fields, while they
// are typed, and shows its answer. It blocks nothing and says nothing when the server does not answer.
import { ask, fill } from "ui/ask"

const PAUSE_MS = 350

class KnownHint extends HTMLElement {
  connectedCallback() {
    this.form = this.closest("form")
    this.form?.addEventListener("input", this.#typed)
    this.form?.addEventListener("change", this.#typed)
  }
  disconnectedCallback() {
    clearTimeout(this.timer)
    this.asking?.abort()
    this.form?.removeEventListener("input", this.#typed)
    this.form?.removeEventListener("change", this.#typed)
  }

  #counts = name => this.dataset.fields.split(" ").includes(name.split(".")[0])

  // A row that was taken away has no name to go by.
  #typed = event => {
    if (event.target.name && !this.#counts(event.target.name)) return
    clearTimeout(this.timer)
    this.timer = setTimeout(this.#ask, PAUSE_MS)
  }

  #ask = async () => {
    const values = [...new FormData(this.form)].filter(([name, value]) => this.#counts(name) && typeof value === "string")
    const said = JSON.stringify(values)
    if (said === this.said) return
    this.said = said
    this.asking?.abort()
    this.asking = new AbortController()
    const answer = await ask(this.dataset.url, { method: "POST", values, signal: this.asking.signal })
    if (answer.ok && this.isConnected) fill(this, answer.text)
  }
}
customElements.define("known-hint", KnownHint)
