// <unsaved-guard [data-failed]> around a form: warns before typed words are lost, and keeps them when a save does not arrive.
// When the person signed in anew in another tab, the page gets the new token and the form is sent again by itself.
// data-changed stands on it while there is something unsaved.
import { say } from "ui/ask"

class UnsavedGuard extends HTMLElement {
  connectedCallback() {
    this.addEventListener("input", this.#typed)
    this.addEventListener("change", this.#typed)
    this.addEventListener("submit", this.#submit)
    this.addEventListener("htmx:error", this.#failed)
    this.addEventListener("form:stale", this.#stale)
    this.addEventListener("htmx:response:error", this.#refused)
    this.addEventListener("htmx:after:request", this.#arrived)
    addEventListener("beforeunload", this.#leave)
  }
  disconnectedCallback() { removeEventListener("beforeunload", this.#leave) }
  get form() { return this.querySelector("form") }

  #typed = () => this.toggleAttribute("data-changed", true)
  #leave = event => { if (this.hasAttribute("data-changed") && !this.sending) event.preventDefault() }

  // A plain form leaves the page when it is sent; first see that the server is there and knows us, so that nothing typed goes with it.
  #submit = async event => {
    if (this.form.hasAttribute("hx-post") || event.defaultPrevented || this.sending) return
    event.preventDefault()
    if (this.asking) return
    this.asking = true
    const submitter = event.submitter
    try {
      if (!await this.#renew()) return
      this.sending = true
      this.form.requestSubmit(submitter)
    } catch {
      this.#failed()
    } finally {
      this.asking = false
    }
  }
  #stale = async event => {
    event.stopPropagation()
    if (this.renewed) return say(event.detail.text, "danger")
    this.renewed = true
    try {
      if (await this.#renew()) this.form.requestSubmit()
    } catch {
      this.#failed()
    }
  }
  // Whether the server still knows the person; then the page has the token of now.
  async #renew() {
    const page = await fetch(location.href, { cache: "no-store" })
    if (page.redirected && new URL(page.url).pathname !== location.pathname) {
      say(document.getElementById("toasts").dataset.signedOut, "danger")
      this.renewed = false
      return false
    }
    const selector = 'meta[name="csrf-token"]'
    const fresh = new DOMParser().parseFromString(await page.text(), "text/html").querySelector(selector)?.content
    if (fresh) {
      document.querySelector(selector).content = fresh
      for (const input of document.querySelectorAll("input[name=csrfmiddlewaretoken]")) input.value = fresh
    }
    return true
  }
  #arrived = event => { 
    if (event.detail.ctx.response.status >= 400) return
    this.renewed = false
    this.toggleAttribute("data-changed", false)
  }
  #refused = event => { if (event.detail.ctx.response.status >= 500) this.#failed() }
  #failed = () => {
    this.sending = false
    say(this.dataset.failed ?? document.getElementById("toasts").dataset.unsaved, "danger")
  }
}
customElements.define("unsaved-guard", UnsavedGuard)
