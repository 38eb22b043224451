// <stock-sheet>: a picked product leads to its quantity, Enter goes on to the next row, Ctrl+Enter sends the sheet.
class StockSheet extends HTMLElement {
  connectedCallback() {
    this.addEventListener("picked", this.#picked)
    this.addEventListener("keydown", this.#key)
  }
  disconnectedCallback() {
    this.removeEventListener("picked", this.#picked)
    this.removeEventListener("keydown", this.#key)
  }
  #picked = event => { if (event.detail.value) event.target.closest("tr").querySelector("[data-quantity]").focus() }
  #key = event => {
    if (event.key !== "Enter" || event.isComposing || event.defaultPrevented) return
    event.preventDefault()
    const button = this.closest("form").querySelector(".button--primary")
    if (event.ctrlKey || event.metaKey) return button.click()
    const next = event.target.closest("tr")?.nextElementSibling
    ;(next?.querySelector("[role=combobox]") ?? button).focus()
  }
}
customElements.define("stock-sheet", StockSheet)
