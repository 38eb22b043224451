// Editing in place, for lists and cards: a click on [data-edit] (the pencil) loads the form of the nearest [data-edit-url]
// into it; Esc or [data-edit-cancel] brings the value back; a saved answer replaces it and keeps the focus near.
import { ask, fill, sayFailed } from "ui/ask"

const kept = new WeakMap()

export class InPlace {
  constructor(root) {
    this.root = root
    root.addEventListener("click", this.#click)
    root.addEventListener("keydown", this.#key)
    document.addEventListener("htmx:after:swap", this.#saved)
  }
  end() {
    this.root.removeEventListener("click", this.#click)
    this.root.removeEventListener("keydown", this.#key)
    document.removeEventListener("htmx:after:swap", this.#saved)
  }

  async edit(cell) {
    if (!cell || kept.has(cell)) return
    kept.set(cell, [...cell.childNodes])
    const answer = await ask(cell.dataset.editUrl, { source: cell })
    if (!answer.ok || !answer.text || /^\s*<!doctype/i.test(answer.text)) {
      kept.delete(cell)
      if (answer.ok) location.href = cell.dataset.editUrl
      else sayFailed(answer)
      return
    }
    fill(cell, answer.text)
    cell.classList.add("is-editing")
    const box = cell.querySelector("[autofocus], input:not([type=hidden]), select, textarea")
    box?.focus()
    box?.select?.()
  }

  restore(cell) {
    if (!kept.has(cell)) return
    cell.replaceChildren(...kept.get(cell))
    this.#end(cell)
    this.#focus(cell)
  }

  #end(cell) {
    kept.delete(cell)
    cell.classList.remove("is-editing")
  }
  #focus(cell) { (cell.closest("tr[tabindex]") ?? cell.querySelector("[data-edit]") ?? cell).focus() }

  #click = event => {
    const button = event.target.closest("[data-edit], [data-edit-cancel]")
    const cell = button?.closest("[data-edit-url]")
    if (!cell || event.ctrlKey || event.metaKey) return
    event.preventDefault()
    event.stopPropagation()
    if (button.matches("[data-edit]")) this.edit(cell)
    else this.restore(cell)
  }
  #key = event => {
    const cell = event.target.closest("[data-edit-url].is-editing")
    if (event.key !== "Escape" || !cell || event.defaultPrevented) return
    event.preventDefault()
    event.stopPropagation()
    this.restore(cell)
  }
  // The swapped cell holds either the form again (422) or the new value. The form is gone, so the document hears of it.
  #saved = event => {
    const cell = event.detail?.ctx?.target
    if (!cell?.matches?.(".is-editing") || !this.root.contains(cell)) return
    if (cell.querySelector("[data-edit-form]")) return void cell.querySelector("[aria-invalid=true], input:not([type=hidden])")?.focus()
    this.#end(cell)
    this.#focus(cell)
    cell.closest("tr")?.classList.add("is-changed")
  }
}
