// <tag-input>: words become tags by Enter or a comma (also the Persian one); Backspace takes the last away.
// The value stays comma-separated in the input that was there.

class TagInput extends HTMLElement {
  connectedCallback() {
    this.box = this.querySelector(".tag-input__value")
    if (!this.box || this.typed) return
    this.typed = this.box.cloneNode()
    for (const name of ["name", "required", "value"]) this.typed.removeAttribute(name)
    this.typed.className = "tag-input__typed"
    this.typed.value = ""
    this.box.removeAttribute("id")
    this.box.type = "hidden"
    this.append(this.typed)
    this.toggleAttribute("data-ready", true)
    this.#draw()
    this.typed.addEventListener("keydown", this.#key)
    this.typed.addEventListener("input", () => { if (/[,،;]/.test(this.typed.value)) this.#take() })
    this.typed.addEventListener("blur", () => this.#take())
    this.addEventListener("click", this.#click)
  }
  get words() { return this.box.value.split(/[,،;]/).map(word => word.trim()).filter(Boolean) }

  #key = event => {
    if (event.isComposing) return
    if (event.key === "Enter" && this.typed.value.trim()) {
      event.preventDefault()
      this.#take()
    } else if (event.key === "Backspace" && !this.typed.value) this.#set(this.words.slice(0, -1))
  }
  #take() {
    const fresh = this.typed.value.split(/[,،;]/).map(word => word.trim()).filter(Boolean)
    if (!fresh.length) return
    this.typed.value = ""
    this.#set([...new Set([...this.words, ...fresh])])
  }
  #set(words) {
    this.box.value = words.join(", ")
    this.#draw()
    this.box.dispatchEvent(new Event("change", { bubbles: true }))
  }
  #draw() {
    for (const old of this.querySelectorAll(":scope > .tag")) old.remove()
    for (const word of this.words) {
      const tag = this.querySelector("template").content.firstElementChild.cloneNode(true)
      tag.querySelector("bdi").textContent = word
      tag.dataset.word = word
      this.typed.before(tag)
    }
  }
  #click = event => {
    const tag = event.target.closest("button")?.closest(".tag")
    if (tag) this.#set(this.words.filter(word => word !== tag.dataset.word))
    this.typed.focus()
  }
}
customElements.define("tag-input", TagInput)
