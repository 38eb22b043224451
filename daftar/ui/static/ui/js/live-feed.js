// <live-feed data-channels="records:deal" [data-but="3"] [data-url="/events"] [data-refresh-url data-target]>: counts what changed
// on these channels and those below them (but not what the person of that number did) and offers it in
// its <button hidden data-words="{n} new">; a click asks data-refresh-url into data-target, or loads the page again.
// Nothing that is being read moves by itself. A page in the background rests, for a browser keeps few lines open to one address;
// when it is looked at again it asks for what it missed. Event sent: "news" {channel, …} for elements that know better; everything
// that comes is also a "live" {channel, …} of the document. One with data-spare listens only where no other does.

const FIRST_WAIT_MS = 2000
const LONGEST_WAIT_MS = 60000

class LiveFeed extends HTMLElement {
  connectedCallback() {
    this.count = 0
    this.wait = FIRST_WAIT_MS
    this.button?.addEventListener("click", this.#refresh)
    addEventListener("pagehide", this.#stop)
    document.addEventListener("visibilitychange", this.#look)
    this.#look()
  }
  disconnectedCallback() {
    removeEventListener("pagehide", this.#stop)
    document.removeEventListener("visibilitychange", this.#look)
    this.#stop()
  }
  get button() { return this.querySelector("button") }

  get isSpare() { return "spare" in this.dataset && document.querySelector("live-feed:not([data-spare])") !== null }

  #look = () => document.hidden || this.isSpare ? this.#stop() : this.#listen()
  #stop = () => {
    clearTimeout(this.timer)
    this.source?.close()
  }
  #listen() {
    this.#stop()
    const asked = new URLSearchParams({ channels: this.dataset.channels, ...(this.last && { last: this.last }) })
    this.source = new EventSource(`${this.dataset.url ?? "/events"}?${asked}`)
    this.source.addEventListener("here", event => { this.last = event.lastEventId })
    this.source.addEventListener("open", () => { this.wait = FIRST_WAIT_MS })
    this.source.addEventListener("change", event => {
      this.last = event.lastEventId
      this.#news(JSON.parse(event.data))
    })
    this.source.addEventListener("reset", () => this.#news({ reset: true }))
    this.source.addEventListener("error", () => {
      if (this.source.readyState !== EventSource.CLOSED) return
      this.timer = setTimeout(() => this.isConnected && this.#listen(), this.wait)
      this.wait = Math.min(this.wait * 2, LONGEST_WAIT_MS)
    })
  }
  #news(detail) {
    document.dispatchEvent(new CustomEvent("live", { detail }))
    const listened = this.dataset.channels.split(",")
    if (detail.channel && !listened.some(one => detail.channel === one || detail.channel.startsWith(`${one}:`))) return
    if (this.dataset.but && String(detail.by) === this.dataset.but) return
    if (!this.dispatchEvent(new CustomEvent("news", { bubbles: true, cancelable: true, detail }))) return
    this.count += 1
    if (!this.button) return
    this.button.textContent = this.button.dataset.words.replace("{n}", this.count.toLocaleString(document.documentElement.lang))
    this.button.hidden = false
  }
  #refresh = () => {
    this.count = 0
    this.button.hidden = true
    if (this.dataset.refreshUrl && window.htmx) window.htmx.ajax("GET", this.dataset.refreshUrl, { target: this.dataset.target, swap: this.dataset.swap ?? "innerHTML" })
    else location.reload()
  }
}
customElements.define("live-feed", LiveFeed)
