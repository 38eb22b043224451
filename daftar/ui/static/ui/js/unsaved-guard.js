// <unsaved-guard [data-failed]> around a form: warns before typed words are lost, and keeps them when a save does not arrive.
// data-changed stands on it while there is something unsaved.
import { say, token } from "ui/ask"

class UnsavedGuard extends HTMLElement {
  connectedCallback() {
    this.addEventListener("input", this.#typed)
    this.addEventListener("change", this.#typed)
    this.addEventListener("submit", this.#submit)
    this.addEventListener("htmx:error", this.#failed)
    this.addEventListener("htmx:response:error", this.#refused)
    this.addEventListener("htmx:after:request", this.#arrived)
    addEventListener("beforeunload", this.#leave)
  }
  disconnectedCallback() { removeEventListener("beforeunload", this.#leave) }
  get form() { return this.querySelector("form") }

  #typed = () => this.toggleAttribute("data-changed", true)
  #leave = event => { if (this.hasAttribute("data-changed") && !this.sending) event.preventDefault() }

  // A plain form leaves the page when it is sent; first see that the server is there, so that nothing typed goes with it.
  #submit = async event => {
    if (this.form.hasAttribute("hx-post") || event.defaultPrevented || this.sending) return
    event.preventDefault()
    const submitter = event.submitter
    try {
      await fetch("/healthz", { cache: "no-store", headers: { "X-CSRFToken": token() } })
      this.sending = true
      this.form.requestSubmit(submitter)
    } catch {
      this.#failed()
    }
  }
  #arrived = event => { if (event.detail.ctx.response.status < 400) this.toggleAttribute("data-changed", false) }
  #refused = event => { if (event.detail.ctx.response.status >= 500) this.#failed() }
  #failed = () => {
    this.sending = false
    say(this.dataset.failed ?? document.getElementById("toasts").dataset.unsaved, "danger")
  }
}
customElements.define("unsaved-guard", UnsavedGuard)
