// <line-approval data-list data-limit data-covers>: beside the discount of a line, while it is typed: whether its price is below the list price, and
// whether what it takes off the list price is above what the person may give and what was asked for or approved. What counts is what the server says.
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
  number(text) { return Number(this.editor.number(text)) }
  off(text, sum) { return /[%٪]/.test(text ?? "") ? sum * this.number(text) / 100 : this.number(text) }
  after(row) {
    const cell = name => this.editor.cell(row, name).value
    const sum = this.number(cell("quantity")) * this.number(cell("price"))
    return sum - this.off(cell("discount"), sum)
  }
  share(event) {  // the same for all lines: worked out once for an event
    if (LineApproval.#event !== event) [LineApproval.#event, LineApproval.#share] = [event, this.#shareOff()]
    return LineApproval.#share
  }
  #shareOff() {
    const text = this.editor.term("discount")?.value
    if (/[%٪]/.test(text ?? "")) return this.number(text) / 100
    if (!this.number(text)) return 0
    const counted = this.editor.rows.filter(row => !this.editor.cell(row, "is_optional")?.checked)
    const whole = counted.reduce((sum, row) => sum + this.after(row), 0)
    return whole > 0 ? Math.min(this.number(text) / whole, 1) : 0
  }
  #look = event => {
    const row = this.closest("[data-line]")
    if (!row) return
    const value = name => this.number(this.editor.cell(row, name).value)
    const list = Number(this.dataset.list) / this.#packs(row), price = value("price")
    this.querySelector("[data-list-mark]").hidden = !(this.dataset.list && price < list - 1e-9)
    const must = this.querySelector("[data-must-ask]")
    if (!("limit" in this.dataset)) return
    const full = !this.editor.cell(row, "price").value.trim() ? 0 : Math.max(this.dataset.list ? list : 0, price) * value("quantity")
    const percent = full ? (1 - this.after(row) * (1 - this.share(event)) / full) * 100 : 0
    const covered = Math.max(Number(this.dataset.limit), Number(this.dataset.covers || 0))
    const word = this.querySelector("[data-word]")
    must.hidden = percent <= covered + 1e-6 || (word !== null && ["must_ask", "declined"].includes(word.dataset.word))
    if (word) word.hidden = !must.hidden || percent <= Number(this.dataset.limit) + 1e-6
  }
  #packs(row) {
    const now = Number(this.editor.cell(row, "factor").value) || 1
    this.factor ??= Number(this.editor.cell(row, "factor").defaultValue) || now
    return this.factor / now
  }
}
customElements.define("line-approval", LineApproval)
