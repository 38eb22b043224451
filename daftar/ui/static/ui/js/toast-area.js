// <toast-area>: shows the event "toast" {text, tone, undo}. Good news leaves after six seconds, bad news stays.
import { ask } from "ui/ask"

const STAY_MS = 6000
const MOST = 4

class ToastArea extends HTMLElement {
  connectedCallback() {
    document.addEventListener("toast", this.#show)
    this.addEventListener("click", this.#click)
    for (const toast of this.querySelectorAll(":scope > .toast")) this.#leaveLater(toast)
  }
  disconnectedCallback() { document.removeEventListener("toast", this.#show) }

  #show = ({ detail }) => {
    const toast = this.querySelector("template").content.firstElementChild.cloneNode(true)
    toast.querySelector(".toast__text").textContent = detail.text
    if (detail.tone) toast.classList.add(`toast--${detail.tone}`)
    const undo = toast.querySelector("form")
    if (detail.undo) undo.action = detail.undo
    else undo?.remove()
    this.append(toast)
    const shown = this.querySelectorAll(":scope > .toast")
    if (shown.length > MOST) shown[0].remove()
    this.#leaveLater(toast)
  }

  #leaveLater(toast) {
    if (toast.matches(".toast--danger, .toast--error, .toast--warn")) return
    const leave = () => toast.matches(":hover, :focus-within") ? setTimeout(leave, STAY_MS) : toast.remove()
    setTimeout(leave, toast.querySelector("form") ? STAY_MS * 2 : STAY_MS)
  }

  #click = async event => {
    const toast = event.target.closest(".toast")
    if (event.target.closest("[data-dismiss]")) toast.remove()
    const form = event.target.closest("form")
    if (!form || !event.target.closest("button")) return
    event.preventDefault()
    const answer = await ask(form.action, { method: "POST", values: {} })
    toast.remove()
    if (answer.ok && !answer.isGoing) location.reload()
  }
}
customElements.define("toast-area", ToastArea)
