// What stands in the rows and terms of the line editor, read as the server reads it, and added up into the page.
import { total } from "./totals.js"
import { readMoney, readNumber, readPercent } from "./typed-numbers.js"
import { cell, isOut, value } from "./line-rows.js"

const PERSIAN = "۰۱۲۳۴۵۶۷۸۹"

export class Sums {
  #read = new WeakMap()

  constructor(editor) {
    this.editor = editor
    this.look = editor.dataset
    this.habits = JSON.parse(this.look.habits)
    this.words = JSON.parse(this.look.words)
    this.taxes = JSON.parse(this.look.taxes)
  }

  // -- reading --------------------------------------------------------------------------------------

  /** {value} or {problem} of one field; an empty one is nothing. */
  field(field) {
    const text = field?.value ?? ""
    if (!text.trim()) return { value: "" }
    if (field.name.endsWith("quantity")) return readNumber(text, this.habits)
    if (field.name.endsWith("discount") && /[%٪]/.test(text)) return { ...readPercent(text, this.habits), isPercent: true }
    return readMoney(text, this.habits, this.words)
  }
  discount(field) {
    const { value: number, isPercent } = this.field(field)
    return isPercent ? { discountPercent: number } : { discountAmount: number }
  }
  forget(row) { this.#read.delete(row) }
  line(row) {
    if (!this.#read.has(row)) {
      this.#read.set(row, {
        quantity: this.field(cell(row, "quantity")).value, price: this.field(cell(row, "price")).value,
        taxPercent: this.taxes[value(row, "tax_class")]?.[0] ?? "0", optional: cell(row, "is_optional")?.checked,
        ...this.discount(cell(row, "discount")),
      })
    }
    return this.#read.get(row)
  }

  // -- showing --------------------------------------------------------------------------------------

  /** A plain number as it is typed in the reader's language. */
  typed(number) {
    const text = number.replace(".", this.look.decimal)
    return this.look.persian === undefined ? text : text.replace(/\d/g, digit => PERSIAN[digit])
  }
  money(amount) {
    const [whole, behind = ""] = amount.replace("-", "").split(".")
    const groups = whole.replace(/\B(?=(\d{3})+$)/g, this.look.group || ",")
    const rest = /^0*$/.test(behind) && Number(this.look.digits) === 0 ? "" : behind
    const minus = amount.startsWith("-") && /[1-9]/.test(amount) ? (this.look.persian === undefined ? "-" : "\u200f\u200e-") : "", text = groups + (rest ? this.look.decimal + rest : "")
    return minus + (this.look.money || "{n}").replace("{n}", this.look.persian === undefined ? text : text.replace(/\d/g, digit => PERSIAN[digit]))
  }

  /** Adds up all rows that count and writes the sums of each and of the whole. */
  show(rows, form) {
    const counted = rows.filter(row => !isOut(row))
    const included = form.elements.tax_included.checked
    const made = total(counted.map(row => this.line(row)), {
      places: Number(this.look.places), taxIncluded: included, rounding: form.elements.rounding.value, ...this.discount(form.elements.discount),
    })
    counted.forEach((row, n) => write(row.lastElementChild.previousElementSibling.firstElementChild, this.money(made.lines[n][included ? "gross" : "net"])))
    const rates = Object.keys(made.taxes).sort((a, b) => a - b)
    const words = Object.fromEntries(Object.values(this.taxes))
    this.#totals([
      ...Number(made.discount) ? [["discount", "discount", `-${made.discount}`]] : [], ["net", "net", made.net],
      ...rates.map(rate => [`tax.${rate}`, "tax", made.taxes[rate], words[rate] ?? `${rate} %`]), ["gross", "gross", made.gross],
    ])
    return made
  }
  #totals(some) {
    const list = this.editor.querySelector("[data-totals]")
    const there = new Map([...list.children].map(row => [row.dataset.total, row]))
    for (const [key, kind, amount, label] of some) {
      const row = there.get(key) ?? this.editor.querySelector(`template[data-sum="${kind}"]`).content.firstElementChild.cloneNode(true)
      row.dataset.total = key
      if (label) write(row.querySelector("dt"), label)
      write(row.querySelector("bdi"), this.money(amount))
      list.append(row)
      there.delete(key)
    }
    for (const row of there.values()) row.remove()
  }
}
const write = (place, text) => { if (place.textContent !== text) place.textContent = text }
