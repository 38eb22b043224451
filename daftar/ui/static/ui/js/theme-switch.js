// <theme-switch>: theme and density change at once, and the server is told; language goes the plain way.
import { ask } from "ui/ask"

class ThemeSwitch extends HTMLElement {
  connectedCallback() { this.addEventListener("click", this.#click) }
  disconnectedCallback() { this.removeEventListener("click", this.#click) }

  #click = event => {
    const button = event.target.closest("button[name=theme], button[name=density]")
    if (!button) return
    event.preventDefault()
    document.documentElement.dataset[button.name] = button.value
    for (const other of this.querySelectorAll(`button[name=${button.name}]`)) other.setAttribute("aria-pressed", String(other === button))
    ask(button.form.action, { method: "POST", values: { [button.name]: button.value, next: location.pathname } })
    this.dispatchEvent(new CustomEvent("taste", { bubbles: true, detail: { [button.name]: button.value } }))
  }
}
customElements.define("theme-switch", ThemeSwitch)
