// <push-switch data-worker data-key-url data-note-url data-person data-began [data-here data-off-url] data-failed>: switches web push on
// and off in this browser, and shows the part ([data-when]) that fits: unsupported, blocked, off, on; without scripts "none" stays.
// <push-keeper data-person data-began …>: where it was switched on, the browser notes itself again after its person signed in anew, or
// when its push service gave it another address.
import { ask, say, sayFailed, token } from "ui/ask"

const KEPT = "daftar-push"
const isAble = () => isSecureContext && "serviceWorker" in navigator && "PushManager" in window && "Notification" in window
const kept = () => JSON.parse(localStorage.getItem(KEPT) ?? "null")
const bytes = text => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), sign => sign.charCodeAt(0))
const same = (buffer, key) => !buffer || (buffer.byteLength === key.length && new Uint8Array(buffer).every((one, n) => one === key[n]))

async function ownKey(url) {
  const answer = await fetch(url, { method: "POST", headers: { "X-CSRFToken": token(), Accept: "application/json" } })
  if (!answer.ok || answer.redirected) throw new Error("no key")
  return bytes((await answer.json()).key)
}

/** What the push service gives this browser, under the key of this installation; one under an older key is given back. */
async function subscribed({ worker, keyUrl }) {
  const [key, registration] = await Promise.all([ownKey(keyUrl), navigator.serviceWorker.register(worker)])
  await navigator.serviceWorker.ready
  const before = await registration.pushManager.getSubscription()
  if (before && same(before.options?.applicationServerKey, key)) return before
  await before?.unsubscribe()
  return registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key })
}

async function note(data, isAgain) {
  const { endpoint, keys } = (await subscribed(data)).toJSON()
  const values = { endpoint, p256dh: keys.p256dh, auth: keys.auth, ...(isAgain && { again: 1 }) }
  const answer = await ask(data.noteUrl, { method: "POST", values })
  if (answer.ok) localStorage.setItem(KEPT, JSON.stringify({ person: data.person, began: data.began, endpoint }))
  else if (answer.status === 409) localStorage.removeItem(KEPT)
  return answer
}

const current = async () => (await (await navigator.serviceWorker.getRegistration())?.pushManager.getSubscription()) ?? null

class PushSwitch extends HTMLElement {
  connectedCallback() {
    this.addEventListener("click", this.#click)
    this.#look()
  }
  disconnectedCallback() { this.removeEventListener("click", this.#click) }

  async #look() {
    const state = !isAble() ? "unsupported" : Notification.permission === "denied" ? "blocked"
      : "here" in this.dataset && Notification.permission === "granted" && await current() ? "on" : "off"
    for (const part of this.querySelectorAll("[data-when]")) part.hidden = part.dataset.when !== state
    this.dataset.state = state
  }

  #click = async event => {
    const button = event.target.closest("button")
    if (!button) return
    button.disabled = true
    try {
      await (button.name === "on" ? this.#on() : this.#off())
    } catch {
      say(this.dataset.failed, "danger")
    }
    button.disabled = false
    this.#look()
  }

  async #on() {
    if (await Notification.requestPermission() !== "granted") return
    const answer = await note(this.dataset, false)
    if (answer.ok) location.reload()
    else sayFailed(answer)
  }

  async #off() {
    localStorage.removeItem(KEPT)
    const answer = await ask(this.dataset.offUrl, { method: "POST" })
    await (await current())?.unsubscribe()
    sayFailed(answer)
  }
}
customElements.define("push-switch", PushSwitch)

class PushKeeper extends HTMLElement {
  async connectedCallback() {
    const { person, began } = this.dataset, last = kept()
    if (last?.person !== person || !isAble() || Notification.permission !== "granted") return
    const subscription = await current()
    if (last.began === began && subscription?.endpoint === last.endpoint) return
    try {
      await note(this.dataset, true)
    } catch {
      // The push service does not answer now; the next page asks again.
    }
  }
}
customElements.define("push-keeper", PushKeeper)
