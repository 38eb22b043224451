// <paper-preview for="ID of a form" address="…" data-failed="…">: shows what the form makes, anew while it is being filled in.
import { say } from "ui/ask"

class PaperPreview extends HTMLElement {
  connectedCallback() {
    this.form = document.getElementById(this.getAttribute("for"))
    this.form.addEventListener("input", this.#soon)
    this.form.addEventListener("change", this.#soon)
    this.#draw()
  }
  disconnectedCallback() {
    this.form.removeEventListener("input", this.#soon)
    this.form.removeEventListener("change", this.#soon)
    clearTimeout(this.timer)
    this.asked?.abort()
  }

  #soon = () => { clearTimeout(this.timer); this.timer = setTimeout(this.#draw, 350) }

  #draw = async () => {
    this.asked?.abort()
    const asked = this.asked = new AbortController()
    this.toggleAttribute("data-waits", true)
    try {
      const answer = await fetch(this.getAttribute("address"), { method: "POST", body: new FormData(this.form), signal: asked.signal, headers: { "HX-Request": "true" } })
      if (!answer.ok) throw new Error(answer.status)
      this.innerHTML = await answer.text()
    } catch (error) {
      if (error.name !== "AbortError") say(this.dataset.failed, "danger")
    }
    if (this.asked === asked) this.toggleAttribute("data-waits", false)
  }
}
customElements.define("paper-preview", PaperPreview)
