// <line-editor data-row-url>: the lines of a deal. A picked product, or Enter on a code or barcode, adds a row that the server made; the same
// product again raises its quantity. Sums are worked out while one types (line-sums.js); what is saved is what the server says.
// Rows move by their handle (mouse, finger) or Alt with the arrows, Ctrl D duplicates, Ctrl Delete takes out, Ctrl Z takes back.
import { ask, sayFailed } from "ui/ask"
import { cell, copyOf, isOut, nameOf, newToken, put, rename, setOut, toggleMore, value } from "./line-rows.js"
import { Sums } from "./line-sums.js"
import { Undo, placeOf } from "./line-undo.js"

class LineEditor extends HTMLElement {
  connectedCallback() {
    this.sums = new Sums(this)
    this.undo = new Undo()
    this.queue = Promise.resolve()
    this.addEventListener("click", this.#click)
    this.addEventListener("input", this.#typed)
    this.addEventListener("change", this.#changed)
    this.addEventListener("picked", this.#picked)
    this.addEventListener("focusin", this.#entered)
    document.addEventListener("keydown", this.#key, true)
    this.#add()
    this.#drag()
    const first = this.querySelector("[aria-invalid]") ?? document.querySelector("#question-title")
    first?.focus()
  }
  disconnectedCallback() {
    document.removeEventListener("keydown", this.#key, true)
    this.sortable?.destroy()
  }

  get form() { return this.querySelector("form") }
  get body() { return this.querySelector("[data-lines]") }
  get rows() { return [...this.body.querySelectorAll(":scope > [data-line]")] }
  get adder() { return this.querySelector("[data-adder] [role=combobox]") }

  #add() {
    if (this.querySelector("[name=prices_in]").value === this.form.elements.currency.value) this.sums.show(this.rows, this.form)
    this.querySelector("[data-empty]").hidden = this.body.children.length > 0
  }
  #done(said, words = {}) {
    for (const [key, word] of Object.entries(words)) said = said.replace(`{${key}}`, word)
    this.querySelector("[data-said]").textContent = said
    this.dispatchEvent(new Event("change", { bubbles: true }))
    this.#add()
  }

  // -- adding ---------------------------------------------------------------------------------------

  async #fetch(words) {
    const url = new URL(this.dataset.rowUrl, location.href), terms = this.form.elements
    for (const name of ["currency", "price_list", "rounding"]) url.searchParams.set(name, terms[name].value)
    if (terms.tax_included.checked) url.searchParams.set("tax_included", "1")
    for (const [name, word] of Object.entries(words)) url.searchParams.set(name, word)
    return ask(url)
  }
  // The row that was added or whose quantity rose; null where there is no such product, undefined where no answer came.
  async #append(words) {
    const answer = await this.#fetch(words)
    if (answer.status === 204) return null
    if (!answer.ok) return sayFailed(answer)
    const holder = document.createElement("template")
    holder.innerHTML = answer.text
    const fresh = holder.content.querySelector("[data-line]"), product = value(fresh, "product"), factor = value(fresh, "factor", "1")
    const same = product && this.rows.find(row => !isOut(row) && value(row, "product") === product && value(row, "factor", "1") === factor)
    if (same) this.#oneMore(same)
    else {
      this.body.append(fresh)
      this.undo.did(() => fresh.remove())
      this.#done(this.dataset.added, { name: nameOf(fresh) })
    }
    const row = same || fresh
    row.scrollIntoView({ block: "nearest" })
    return row
  }
  #oneMore(row) {
    const field = cell(row, "quantity"), before = field.value, read = this.sums.field(field).value
    if (!read) return
    const [whole, behind] = read.split(".")
    field.value = this.sums.typed(String(BigInt(whole) + 1n) + (behind ? `.${behind}` : ""))
    this.undo.did(() => { field.value = before; this.sums.forget(row) })
    this.sums.forget(row)
    this.#done(this.dataset.moreOf, { name: nameOf(row), number: field.value })
  }
  #clear() {
    this.querySelector("[data-adder] input[type=hidden]").value = ""
    const combo = this.querySelector("combo-box")
    this.adder.value = combo.said = ""
    combo.asking?.abort()
    this.adder.dispatchEvent(new Event("blur")) // it forgets what it was about to look for
  }
  #picked = event => {
    if (!event.target.closest("[data-adder]") || !event.detail.value) return
    this.#clear()
    this.queue = this.queue.then(async () => this.#enter(await this.#append({ product: event.detail.value })))
  }
  // Words and Enter: a code or barcode, or the only product of that name; else what the box offers; else a line of free words.
  #words(words) {
    this.#clear()
    this.queue = this.queue.then(async () => {
      const row = await this.#append({ q: words })
      if (row === undefined) this.adder.value ||= words
      if (row !== null) return
      const offered = await ask(`/products/find?q=${encodeURIComponent(words)}`)
      const option = new DOMParser().parseFromString(offered.text, "text/html").querySelector("[role=option]")
      this.#enter(await this.#append(option ? { product: option.dataset.value } : { name: words }))
    })
  }
  // One who types names goes on with the quantity; Enter there leads back to the box.
  #enter(row) {
    if (!row || this.adder.value) return
    const field = cell(row, "quantity")
    field.focus()
    field.select()
  }

  // -- acts on rows ---------------------------------------------------------------------------------

  #remove(row) {
    const next = row.nextElementSibling ?? row.previousElementSibling
    setOut(row, true, this.querySelector("template[data-back-button]").content.firstElementChild.cloneNode(true))
    this.undo.did(() => setOut(row, false))
    ;(row.querySelector("[data-restore]") ?? next?.querySelector("input:not([type=hidden])") ?? this.adder)?.focus()
    this.#done(this.dataset.removed, { name: nameOf(row) })
  }
  #restore(row) {
    setOut(row, false)
    this.undo.did(() => setOut(row, true, this.querySelector("template[data-back-button]").content.firstElementChild.cloneNode(true)))
    cell(row, "name").focus()
    this.#done(this.dataset.restored, { name: nameOf(row) })
  }
  #copy(row) {
    const copy = copyOf(row)
    row.after(copy)
    this.undo.did(() => copy.remove())
    cell(copy, "quantity").focus()
    this.#done(this.dataset.copied, { name: nameOf(row) })
  }
  #move(row, up) {
    const near = up ? row.previousElementSibling : row.nextElementSibling
    if (!near) return
    const focused = document.activeElement
    this.undo.did(placeOf(row))
    up ? near.before(row) : near.after(row)
    focused.focus({ preventScroll: true })
    row.scrollIntoView({ block: "nearest" })
    this.#moved(row)
  }
  #moved(row) { this.#done(this.dataset.moved, { name: nameOf(row), place: this.#number([...this.body.children].indexOf(row) + 1), count: this.#number(this.body.children.length) }) }
  #number(n) { return this.sums.typed(String(n)) }
  #heading() {
    const row = this.querySelector("template[data-heading-row]").content.firstElementChild.cloneNode(true)
    row.dataset.token = "TOKEN"
    rename(row, newToken().replace("n", "g"))
    this.body.append(row)
    this.undo.did(() => row.remove())
    row.scrollIntoView({ block: "nearest" })
    cell(row, "heading").focus()
    this.#done("")
  }
  async #drag() {
    if (!this.querySelector("[data-adder]")) return
    const { default: Sortable } = await import("sortable")
    if (!this.isConnected) return
    let back
    this.sortable = Sortable.create(this.body, {
      handle: ".line__handle", animation: 100, forceFallback: true, fallbackTolerance: 3, onStart: ({ item }) => { back = placeOf(item) },
      onEnd: ({ item, oldIndex, newIndex }) => { if (oldIndex !== newIndex) { this.undo.did(back); this.#moved(item) } },
    })
  }

  // -- events ---------------------------------------------------------------------------------------

  #entered = event => { this.atEntry = event.target.value }
  #click = event => {
    const button = event.target.closest("button")
    const row = button?.closest("[data-line], [data-heading]")
    const [act, token] = button?.name === "act" ? button.value.split(".") : []
    if (button && !row && act === "heading") { event.preventDefault(); return this.#heading() }
    if (button && act === "add") {
      event.preventDefault()
      return this.adder.value.trim() ? this.#words(this.adder.value.trim()) : this.adder.focus()
    }
    if (!row || !button) return
    if (button.matches("[data-restore]")) this.#restore(row)
    else if (button.matches("[data-remove-heading]")) {
      const back = placeOf(row)
      row.remove()
      this.undo.did(back)
      this.#done(this.dataset.removed, { name: nameOf(row) })
    } else if (button.matches("[data-take]")) this.#take(row, button.dataset.take)
    else if (token) {
      event.preventDefault()
      if (act === "more") toggleMore(row, this.querySelector("template[data-more]"))
      else if (act === "remove") this.#remove(row)
      else if (act === "copy") this.#copy(row)
      else this.#move(row, act === "up")
    }
  }
  #take(row, price) {
    const before = [value(row, "price"), value(row, "is_price_typed")]
    const set = (text, typed) => { put(row, "price", text); put(row, "is_price_typed", typed); this.sums.forget(row) }
    set(price, "")
    this.undo.did(() => set(...before))
    this.#done("")
  }
  #typed = event => {
    const row = event.target.closest("[data-line]")
    if (row) {
      if (event.target.name.endsWith(".price")) put(row, "is_price_typed", "1")
      this.sums.forget(row)
      row.classList.toggle("line--optional", Boolean(cell(row, "is_optional")?.checked))
    }
    if (!event.target.closest("[data-adder]")) this.#add()
  }
  #changed = event => {
    if (event.target === this || event.target.closest("[data-adder]")) return
    if (event.target.name === "currency") return this.#currency()
    const row = event.target.closest("[data-line]")
    if (event.target.matches("[data-packs]")) this.#pack(row, event.target)
    if (event.target.matches("input")) this.#judge(event.target)
    if (row) this.sums.forget(row)
    this.#add()
  }
  // Amounts in place: the server shows what each way would make of them; nothing is saved by that.
  #currency() {
    const button = Object.assign(document.createElement("button"), { name: "act", value: "currency", hidden: true })
    this.form.append(button)
    this.form.requestSubmit(button)
  }
  #pack(row, select) {
    const chosen = select.selectedOptions[0], before = [value(row, "factor", "1"), value(row, "unit"), value(row, "price")]
    const set = (factor, unit, price) => { put(row, "factor", factor); put(row, "unit", unit); put(row, "price", price); select.value = factor; this.sums.forget(row) }
    const read = this.sums.field(cell(row, "price")).value
    const price = read ? String(Math.round(Number(read) / Number(before[0]) * Number(chosen.value) * 10000) / 10000) : ""
    set(chosen.value, chosen.dataset.name || before[1], price ? this.sums.typed(price) : before[2])
    this.undo.did(() => set(...before))
  }
  // A number that cannot be read says so at once, at its field.
  #judge(field) {
    if (!/(^|\.)(quantity|price|discount)$/.test(field.name)) return
    const read = this.sums.field(field)
    const old = field.nextElementSibling?.matches(".field__error") ? field.nextElementSibling : null
    old?.remove()
    field.toggleAttribute("aria-invalid", Boolean(read.problem))
    if (!read.problem) return field.removeAttribute("aria-describedby")
    const error = this.querySelector("template[data-error]").content.firstElementChild.cloneNode(true)
    error.id = `e-${field.name}`
    error.textContent = this.dataset[read.problem].replace("{text}", field.value.trim().slice(0, 40)).replace("{one}", read.one).replace("{other}", read.other)
    field.setAttribute("aria-invalid", "true")
    field.setAttribute("aria-describedby", error.id)
    field.after(error)
  }

  #key = event => {
    if (event.isComposing || !(event.target === document.body || this.contains(event.target)) || !this.querySelector("[data-adder]")) return
    const control = event.ctrlKey || event.metaKey, row = event.target.closest("[data-line], [data-heading]")
    const act = control && !event.altKey && !event.shiftKey ? event.code : event.altKey && !control ? event.key : ""
    if (act === "KeyS") this.form.requestSubmit()
    else if (act === "KeyZ" && (!event.target.matches("input, textarea") || event.target.value === this.atEntry)) {
      const undone = this.undo.back()
      if (!this.contains(document.activeElement)) this.adder.focus() // what had the focus is gone
      undone ? this.#done(this.dataset.undone) : (this.querySelector("[data-said]").textContent = this.dataset.nothing)
    } else if (row && act === "KeyD" && row.matches("[data-line]") && !isOut(row)) this.#copy(row)
    else if (row && (act === "Delete" || act === "Backspace") && control && row.matches("[data-line]") && !isOut(row)) this.#remove(row)
    else if (row && (act === "ArrowUp" || act === "ArrowDown")) this.#move(row, act === "ArrowUp")
    else if (row && event.target.matches(".line__handle") && /^Arrow(Up|Down)$/.test(event.key)) this.#move(row, event.key === "ArrowUp")
    else if (event.key === "Enter" && !control && !event.altKey && row && event.target.matches("input:not([type=checkbox])")) this.#next(row, event.target, event.shiftKey)
    else if (event.key === "Enter" && event.target === this.adder && event.target.value.trim() && (this.querySelector("combo-box").isBehind || !this.querySelector("[data-adder] [popover]:popover-open .is-active"))) {
      event.stopPropagation()
      this.#words(this.adder.value.trim())
    } else return
    event.preventDefault()
  }
  #next(row, field, up) {
    const name = field.name.split(".").at(-1)
    let near = row
    do near = up ? near.previousElementSibling : near.nextElementSibling
    while (near && (isOut(near) || !cell(near, name)))
    const to = near ? cell(near, name) : this.adder
    to.focus()
    if (near) to.select()
  }
}
customElements.define("line-editor", LineEditor)
