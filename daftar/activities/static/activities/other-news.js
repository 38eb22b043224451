// <other-news data-user="3"> around a <live-feed>: what this person did is no news, so it is not counted.

class OtherNews extends HTMLElement {
  connectedCallback() { this.addEventListener("news", this.#heard) }
  disconnectedCallback() { this.removeEventListener("news", this.#heard) }
  #heard = event => { if (String(event.detail.by) === this.dataset.user) event.preventDefault() }
}
customElements.define("other-news", OtherNews)
