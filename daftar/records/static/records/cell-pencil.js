// <cell-pencil>: one pencil for a whole table; it stands in the cell under the pointer that can be edited.
// <data-list> around it opens the form when the pencil is clicked; a double click on the cell does the same.

class CellPencil extends HTMLElement {
  connectedCallback() {
    this.tools = document.createElement("span")
    this.tools.className = "tools"
    this.tools.append(this.querySelector("template").content.cloneNode(true))
    this.addEventListener("pointerover", this.#over)
    this.addEventListener("pointerleave", this.#leave)
    this.addEventListener("dblclick", this.#twice)
  }
  disconnectedCallback() { this.#leave() }

  #over = event => {
    const cell = event.target.closest("[data-edit-url]")
    if (event.pointerType !== "mouse" || !cell || cell.matches(".is-editing") || cell.querySelector("[data-edit]")) {
      if (!cell) this.#leave()
      return
    }
    cell.append(this.tools)
  }
  #leave = () => this.tools.remove()

  #twice = event => {
    const cell = event.target.closest("[data-edit-url]")
    if (!cell || cell.matches(".is-editing") || event.target.closest("a, button, input")) return
    this.tools.remove()
    this.closest("data-list")?.inPlace?.edit(cell)
  }
}
customElements.define("cell-pencil", CellPencil)
