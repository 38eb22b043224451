// <group-rows>: heads of groups with [aria-controls]; the first click brings the rows (htmx), the next puts them away again.

class GroupRows extends HTMLElement {
  connectedCallback() { this.addEventListener("click", this.#click, true) }
  disconnectedCallback() { this.removeEventListener("click", this.#click, true) }

  #click = event => {
    const head = event.target.closest("[aria-controls][aria-expanded]")
    if (!head || event.button || event.ctrlKey || event.metaKey || event.shiftKey) return
    const isOpen = head.ariaExpanded === "true"
    head.ariaExpanded = String(!isOpen)
    if (!isOpen) return
    event.preventDefault()
    event.stopPropagation()
    document.getElementById(head.getAttribute("aria-controls")).replaceChildren()
  }
}
customElements.define("group-rows", GroupRows)
