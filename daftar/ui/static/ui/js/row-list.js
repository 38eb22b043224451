// <row-list>: [data-add] appends a copy of the <template>, [data-remove] takes a row away. Rows are repeated names.

class RowList extends HTMLElement {
  connectedCallback() {
    this.addEventListener("click", this.#click)
    this.#show(this)
  }
  disconnectedCallback() { this.removeEventListener("click", this.#click) }
  #show(part) { for (const tool of part.querySelectorAll("[data-add], [data-remove]")) tool.hidden = false }

  #click = event => {
    const button = event.target.closest("[data-add], [data-remove]")
    if (!button || button.closest("row-list") !== this) return
    if (button.matches("[data-remove]")) {
      button.closest(".rows__row").remove()
      this.querySelector("[data-add]")?.focus()
    } else {
      const row = this.querySelector("template").content.cloneNode(true)
      this.#show(row)
      button.before(row)
      window.htmx?.process(button.previousElementSibling)
      button.previousElementSibling.querySelector("input:not([type=hidden]), select, textarea")?.focus()
    }
    this.dispatchEvent(new Event("change", { bubbles: true }))
  }
}
customElements.define("row-list", RowList)
