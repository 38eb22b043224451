// <notice-bell data-url="/notices/bell" data-channel="user:3">: asks for itself again when the page hears of a new notice.

const PAUSE_MS = 500

class NoticeBell extends HTMLElement {
  connectedCallback() { document.addEventListener("live", this.#hear) }
  disconnectedCallback() {
    document.removeEventListener("live", this.#hear)
    clearTimeout(this.timer)
  }
  #hear = event => {
    const { channel, notice, reset } = event.detail
    if (!reset && !(notice && channel === this.dataset.channel)) return
    clearTimeout(this.timer)
    this.timer = setTimeout(() => window.htmx.ajax("GET", this.dataset.url, { target: "#bell", swap: "outerHTML" }), PAUSE_MS)
  }
}
customElements.define("notice-bell", NoticeBell)
