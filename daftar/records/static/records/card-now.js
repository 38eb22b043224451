// <card-now data-id data-to data-version data-columns>: says to the board where a card stands by now, and the numbers of its columns.
// It comes inside the answer that refused a stale move, after the card was put back.

class CardNow extends HTMLElement {
  connectedCallback() {
    const { id, to, version, columns } = this.dataset
    this.#say("record:moved", { id, to, version })
    this.#say("board:columns", JSON.parse(columns))
  }
  #say(name, detail) { this.dispatchEvent(new CustomEvent(name, { bubbles: true, detail })) }
}
customElements.define("card-now", CardNow)
