// <column-order>: the entries of a column chooser can also be dragged; the order of the form is the order of its rows.

class ColumnOrder extends HTMLElement {
  async connectedCallback() {
    const { default: Sortable } = await import("sortable")
    if (!this.isConnected) return
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches
    this.sortable = Sortable.create(this.querySelector("ol"), { handle: ".column-list__grip", animation: still ? 0 : 120, chosenClass: "is-lifted", forceFallback: true })
  }
  disconnectedCallback() { this.sortable?.destroy() }
}
customElements.define("column-order", ColumnOrder)
