// <copy-text text="…" data-done="Copied">: copies, says so, sends "copied".
import { say } from "ui/ask"

class CopyText extends HTMLElement {
  connectedCallback() { this.addEventListener("click", this.#copy) }
  disconnectedCallback() { this.removeEventListener("click", this.#copy) }

  #copy = async () => {
    await navigator.clipboard.writeText(this.getAttribute("text"))
    say(this.dataset.done, "ok")
    this.dispatchEvent(new CustomEvent("copied", { bubbles: true }))
  }
}
customElements.define("copy-text", CopyText)
