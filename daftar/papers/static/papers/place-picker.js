// <place-picker> around a text and buttons [data-place]: a press puts the place where the cursor stands.

class PlacePicker extends HTMLElement {
  connectedCallback() { this.addEventListener("click", this.#insert) }
  disconnectedCallback() { this.removeEventListener("click", this.#insert) }

  #insert = event => {
    const button = event.target.closest("[data-place]")
    if (!button) return
    const text = this.querySelector("textarea")
    text.setRangeText(button.dataset.place, text.selectionStart, text.selectionEnd, "end")
    this.querySelector("details").open = false
    text.focus()
    text.dispatchEvent(new Event("input", { bubbles: true }))
  }
}
customElements.define("place-picker", PlacePicker)
