// <pane-tabs>: on a narrow screen one pane of the card at a time; [data-show] names it, the card keeps it in data-show.

class PaneTabs extends HTMLElement {
  connectedCallback() {
    this.addEventListener("click", this.#click)
    this.addEventListener("keydown", this.#key)
  }
  get tabs() { return [...this.querySelectorAll("[data-show]")] }

  #show(tab) {
    this.closest("[class~=card]").dataset.show = tab.dataset.show
    for (const other of this.tabs) {
      other.setAttribute("aria-selected", String(other === tab))
      other.tabIndex = other === tab ? 0 : -1
    }
    tab.focus()
  }
  #click = event => {
    const tab = event.target.closest("[data-show]")
    if (tab) this.#show(tab)
  }
  #key = event => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key]
    if (!step) return
    const turn = getComputedStyle(this).direction === "rtl" ? -step : step
    event.preventDefault()
    this.#show(this.tabs.at((this.tabs.indexOf(document.activeElement) + turn) % this.tabs.length))
  }
}
customElements.define("pane-tabs", PaneTabs)
