// <print-page> around a button: prints the page.

class PrintPage extends HTMLElement {
  connectedCallback() {
    this.querySelector("button").hidden = false
    this.addEventListener("click", this.#print)
  }
  disconnectedCallback() { this.removeEventListener("click", this.#print) }
  #print = () => print()
}
customElements.define("print-page", PrintPage)
