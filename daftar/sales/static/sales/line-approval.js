// <line-approval data-list data-covers data-most>: beside the discount of a line, while it is typed: whether its price is below the list price, and whether
// what it takes off the list price is above what the person may give and what was asked for or approved. What counts is what the server says.
import { cell, isOut, value } from "./line-rows.js"

const number = text => Number(text) || 0

class LineApproval extends HTMLElement {
  static #event
  static #share = 0

  connectedCallback() {
    this.editor = this.closest("line-editor")
    for (const kind of ["input", "change"]) this.editor?.addEventListener(kind, this.#look)
  }
  disconnectedCallback() {
    for (const kind of ["input", "change"]) this.editor?.removeEventListener(kind, this.#look)
  }
  after(line) {
    const sum = number(line.quantity) * number(line.price)
    return sum - number(line.discountAmount) - sum * number(line.discountPercent) / 100
  }
  share(event) {  // the same for all lines: worked out once for an event
    if (LineApproval.#event !== event) [LineApproval.#event, LineApproval.#share] = [event, this.#shareOff()]
    return LineApproval.#share
  }
  #shareOff() {
    const { sums, rows, form } = this.editor
    const whole = sums.discount(form.elements.discount)
    if (whole.discountPercent) return number(whole.discountPercent) / 100
    if (!number(whole.discountAmount)) return 0
    const counted = rows.filter(row => !isOut(row)).map(row => sums.line(row)).filter(line => !line.optional)
    const all = counted.reduce((sum, line) => sum + this.after(line), 0)
    return all > 0 ? Math.min(number(whole.discountAmount) / all, 1) : 0
  }
  #look = event => {
    const row = this.closest("[data-line]")
    if (!row) return
    const line = this.editor.sums.line(row), list = number(this.dataset.list) / this.#packs(row)
    const mark = this.querySelector("[data-list-mark]")
    if (mark) mark.hidden = !(number(line.price) < list - 1e-9)
    const limit = this.editor.dataset.limit, word = this.querySelector("[data-word]")
    if (limit === undefined) return
    const full = line.price ? Math.max(list, number(line.price)) * number(line.quantity) : 0
    const percent = full ? (1 - this.after(line) * (1 - this.share(event)) / full) * 100 : 0
    const isMore = this.dataset.most && number(line.quantity) * number(value(row, "factor", "1")) > number(this.dataset.most) + 1e-9
    const covered = isMore ? number(limit) : Math.max(number(limit), number(this.dataset.covers))
    const must = percent > covered + 1e-6 && !(word && ["must_ask", "declined"].includes(word.dataset.word))
    this.#say(must)
    if (word) word.hidden = must || percent <= number(limit) + 1e-6
  }
  #say(must) {
    const said = this.querySelector("[data-must-ask]")
    if (said && !must) said.remove()
    else if (must && !said) this.insertAdjacentElement("beforeend", Object.assign(document.createElement("span"), { className: "tone-warn", textContent: this.editor.dataset.mustAsk })).dataset.mustAsk = ""
  }
  #packs(row) {
    const now = number(value(row, "factor", "1")) || 1
    this.factor ??= number(cell(row, "factor")?.defaultValue ?? "1") || now
    return this.factor / now
  }
}
customElements.define("line-approval", LineApproval)
