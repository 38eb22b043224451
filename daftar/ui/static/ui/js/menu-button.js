// <menu-button> around <details>: one open at a time, Esc and a click outside close it, arrows walk its items.

class MenuButton extends HTMLElement {
  connectedCallback() {
    this.addEventListener("keydown", this.#key)
    this.addEventListener("focusout", this.#left)
    document.addEventListener("click", this.#outside)
  }
  disconnectedCallback() { document.removeEventListener("click", this.#outside) }
  get details() { return this.querySelector("details") }

  #outside = event => { if (!this.contains(event.target)) this.details.open = false }
  #left = event => { if (event.relatedTarget && !this.contains(event.relatedTarget)) this.details.open = false }

  #key = event => {
    if (event.key === "Escape" && this.details.open) {
      event.stopPropagation()
      event.preventDefault()
      this.details.open = false
      this.querySelector("summary").focus()
    }
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return
    event.preventDefault()
    event.stopPropagation()
    this.details.open = true
    const items = [...this.querySelectorAll(".menu__sheet :is(a, button, input, select)")].filter(item => item.checkVisibility())
    const now = items.indexOf(document.activeElement)
    const next = event.key === "ArrowDown" ? now + 1 : now < 0 ? -1 : now - 1
    items.at(next % items.length)?.focus()
  }
}
customElements.define("menu-button", MenuButton)
