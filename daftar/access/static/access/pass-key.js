// <pass-key data-question-url="…" data-act="get|create" data-failed="…"> around a form with a hidden input `credential`:
// its button asks the device for a passkey (or for a new one), and sends the form with what it answered.
import { say, token } from "ui/ask"

class PassKey extends HTMLElement {
  connectedCallback() {
    this.button = this.querySelector("button")
    this.button.hidden = !window.PublicKeyCredential?.parseRequestOptionsFromJSON
    this.addEventListener("submit", this.#submit)
  }
  disconnectedCallback() { this.removeEventListener("submit", this.#submit) }

  #submit = async event => {
    event.preventDefault()
    this.button.disabled = true
    try {
      event.target.elements.credential.value = JSON.stringify(await this.#answer())
      event.target.submit()
    } catch (problem) {
      this.button.disabled = false
      if (problem.name !== "AbortError") say(this.dataset.failed, "danger")
    }
  }

  async #answer() {
    const asked = await fetch(this.dataset.questionUrl, { method: "POST", headers: { "X-CSRFToken": token(), Accept: "application/json" } })
    if (!asked.ok || asked.redirected) throw new Error("no question")
    const { publicKey } = await asked.json()
    return this.dataset.act === "create"
      ? navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(publicKey) })
      : navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(publicKey) })
  }
}
customElements.define("pass-key", PassKey)
