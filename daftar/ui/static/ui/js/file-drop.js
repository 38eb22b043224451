// <file-drop [data-url]>: with data-url files go up at once, one request for all, with progress; the answer's HTML replaces
// the element named by data-target. Without it they travel with the form. Event sent: "uploaded".
import { fill, headers, say, tell } from "ui/ask"

class FileDrop extends HTMLElement {
  connectedCallback() {
    this.addEventListener("dragover", this.#over)
    this.addEventListener("dragleave", this.#out)
    this.addEventListener("drop", this.#drop)
    this.addEventListener("change", this.#chosen)
  }
  get input() { return this.querySelector("input[type=file]") }
  get bar() { return this.querySelector("progress") }

  #over = event => {
    event.preventDefault()
    this.classList.add("is-over")
  }
  #out = () => this.classList.remove("is-over")
  #drop = event => {
    event.preventDefault()
    this.#out()
    this.input.files = event.dataTransfer.files
    this.#chosen()
  }
  #chosen = () => {
    const { files } = this.input
    if (!files.length) return
    this.querySelector(".file-drop__zone span").textContent = [...files].map(file => file.name).join(", ")
    if (this.dataset.url) this.#send(files)
  }

  #send(files) {
    const form = new FormData()
    for (const file of files) form.append(this.input.name, file)
    const request = new XMLHttpRequest()
    request.open("POST", this.dataset.url)
    for (const [name, value] of Object.entries(headers())) request.setRequestHeader(name, value)
    request.upload.onprogress = event => { this.bar.value = event.lengthComputable ? 100 * event.loaded / event.total : 0 }
    request.onloadend = () => this.#done(request)
    this.bar.hidden = false
    request.send(form)
  }
  #done(request) {
    this.bar.hidden = true
    this.input.value = ""
    tell(request.getResponseHeader("HX-Trigger"), this)
    if (request.status === 0) return say(this.dataset.failed, "danger")
    if (request.status >= 400) return
    const target = this.dataset.target && document.querySelector(this.dataset.target)
    if (target) fill(target, request.responseText)
    this.dispatchEvent(new CustomEvent("uploaded", { bubbles: true }))
  }
}
customElements.define("file-drop", FileDrop)
