// <sort-list>: its rows change places by dragging the handle or by [data-up] and [data-down]. Event sent: "change".

class SortList extends HTMLElement {
  connectedCallback() {
    this.addEventListener("click", this.#click)
    this.#drag()
  }
  disconnectedCallback() {
    this.removeEventListener("click", this.#click)
    this.sortable?.destroy()
  }

  async #drag() {
    const { default: Sortable } = await import("sortable")
    if (this.isConnected) this.sortable = Sortable.create(this, { handle: ".sort-list__handle", animation: 100, forceFallback: true, onEnd: this.#changed })
  }
  #changed = () => this.dispatchEvent(new Event("change", { bubbles: true }))

  #click = event => {
    const button = event.target.closest("[data-up], [data-down]")
    if (!button) return
    const row = button.closest(".sort-list__row")
    const near = button.matches("[data-up]") ? row.previousElementSibling : row.nextElementSibling
    if (!near) return
    button.matches("[data-up]") ? near.before(row) : near.after(row)
    button.focus()
    this.#changed()
  }
}
customElements.define("sort-list", SortList)
