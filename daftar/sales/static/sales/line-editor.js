// <line-editor data-row-url>: the lines of a deal. A picked product, or Enter on a code or barcode, adds a row that the server made; the same
// product again raises its quantity. Sums are worked out while one types (totals.js); what is saved is what the server says.
import { ask } from "ui/ask"
import { total } from "./totals.js"

const PERSIAN = "۰۱۲۳۴۵۶۷۸۹", ARABIC = "٠١٢٣٤٥٦٧٨٩"

class LineEditor extends HTMLElement {
  connectedCallback() {
    this.addEventListener("click", this.#click)
    this.addEventListener("input", this.#typed)
    this.addEventListener("change", this.#changed)
    this.addEventListener("picked", this.#picked)
    this.addEventListener("keydown", this.#key, true)
    this.#add()
  }
  get form() { return this.querySelector("form") }
  get rows() { return [...this.querySelectorAll("[data-line]")] }
  get adder() { return this.querySelector("[data-adder] [role=combobox]") }
  cell(row, name) { return row.querySelector(`[data-cell="${name}"]`) }
  term(name) { return this.form.elements[name] }

  // -- numbers as people type them ------------------------------------------------------------------

  number(text) {
    let plain = ""
    for (const sign of String(text ?? "")) {
      const digit = Math.max(PERSIAN.indexOf(sign), ARABIC.indexOf(sign))
      plain += digit >= 0 ? digit : sign
    }
    plain = plain.replace(/[^\d.,٫-]/g, "")
    const decimal = this.dataset.decimal === "," ? "," : "."
    plain = plain.replaceAll("٫", decimal).replaceAll(decimal === "," ? "." : ",", "").replace(",", ".")
    return /^-?\d+(\.\d+)?$/.test(plain) ? plain : /^\.\d+$/.test(plain) ? `0${plain}` : "0"
  }
  discount(text) {
    return /[%٪]/.test(text ?? "") ? { discountPercent: this.number(text) } : { discountAmount: this.number(text) }
  }
  shown(amount) {
    const [whole, behind = ""] = amount.replace("-", "").split(".")
    const groups = whole.replace(/\B(?=(\d{3})+$)/g, this.dataset.group || ",")
    const rest = /^0*$/.test(behind) && Number(this.dataset.digits) === 0 ? "" : behind
    let text = (amount.startsWith("-") ? "-" : "") + groups + (rest ? this.dataset.decimal + rest : "")
    if (this.hasAttribute("data-persian")) text = text.replace(/\d/g, digit => PERSIAN[digit])
    return (this.dataset.money || "{n}").replace("{n}", text)
  }

  // -- sums -----------------------------------------------------------------------------------------

  #add() {
    const lines = this.rows.map(row => {
      const tax = this.cell(row, "tax_class")?.selectedOptions?.[0]
      return {
        quantity: this.number(this.cell(row, "quantity").value), price: this.number(this.cell(row, "price").value),
        taxPercent: tax?.dataset.percent || "0", optional: this.cell(row, "is_optional")?.checked,
        ...this.discount(this.cell(row, "discount").value),
      }
    })
    const included = this.term("tax_included")?.checked
    const made = total(lines, {
      places: Number(this.dataset.places), taxIncluded: included, rounding: this.term("rounding")?.value, ...this.discount(this.term("discount")?.value),
    })
    this.rows.forEach((row, n) => { row.querySelector("[data-sum] bdi").textContent = this.shown(made.lines[n][included ? "gross" : "net"]) })
    for (const [key, value] of [["net", made.net], ["gross", made.gross], ...Object.entries(made.taxes).map(([rate, tax]) => [`tax.${rate}`, tax])]) {
      const place = this.querySelector(`[data-total="${key}"] dd bdi`)
      if (place) place.textContent = this.shown(value)
    }
  }

  // -- rows -----------------------------------------------------------------------------------------

  async #fetch(words) {
    const url = new URL(this.dataset.rowUrl, location.href)
    for (const name of ["currency", "price_list", "rounding"]) url.searchParams.set(name, this.term(name)?.value ?? "")
    if (this.term("tax_included")?.checked) url.searchParams.set("tax_included", "1")
    for (const [name, value] of Object.entries(words)) url.searchParams.set(name, value)
    const answer = await ask(url)
    return answer.ok ? answer.text : ""
  }
  async #append(words) {
    const html = await this.#fetch(words)
    if (!html) return false
    const holder = document.createElement("template")
    holder.innerHTML = html
    const fresh = holder.content.querySelector("[data-line]")
    const product = this.cell(fresh, "product").value, factor = this.cell(fresh, "factor").value
    const same = product && this.rows.find(row => this.cell(row, "product").value === product && this.cell(row, "factor").value === factor)
    if (same) {
      const quantity = this.cell(same, "quantity")
      quantity.value = String(Number(this.number(quantity.value)) + 1)
      quantity.dispatchEvent(new Event("input", { bubbles: true }))
    } else {
      this.querySelector("[data-lines]").append(fresh)
      this.querySelector("[data-empty]")?.remove()
      fresh.scrollIntoView({ block: "nearest" })
    }
    this.dispatchEvent(new Event("change", { bubbles: true }))
    this.#add()
    return true
  }
  #clear() {
    this.querySelector("[data-adder] input[type=hidden]").value = ""
    this.adder.value = ""
    this.adder.focus()
  }

  #picked = async event => {
    if (!event.target.closest("[data-adder]") || !event.detail.value) return
    await this.#append({ product: event.detail.value })
    this.#clear()
  }
  #click = event => {
    const button = event.target.closest("[data-up], [data-down], [data-remove], [data-take]")
    if (!button) return
    const row = button.closest("[data-line]")
    if (button.matches("[data-up]")) row.previousElementSibling?.before(row)
    else if (button.matches("[data-down]")) row.nextElementSibling?.after(row)
    else if (button.matches("[data-take]")) {
      this.cell(row, "price").value = button.dataset.take
      this.cell(row, "is_price_typed").value = ""
    } else this.#remove(row)
    if (!button.matches("[data-remove]")) button.focus()
    this.dispatchEvent(new Event("change", { bubbles: true }))
    this.#add()
  }
  #remove(row) {
    const next = row.nextElementSibling ?? row.previousElementSibling
    row.remove()
    ;(next?.querySelector("[data-remove]") ?? this.adder)?.focus()
  }
  #typed = event => {
    const row = event.target.closest("[data-line]")
    if (row && event.target.dataset.cell === "price") this.cell(row, "is_price_typed").value = "1"
    this.#add()
  }
  #changed = event => {
    if (event.target.matches?.("[data-packs]")) {
      const row = event.target.closest("[data-line]"), chosen = event.target.selectedOptions[0]
      const before = Number(this.cell(row, "factor").value) || 1, factor = Number(chosen.value)
      this.cell(row, "factor").value = chosen.value
      if (chosen.dataset.name) this.cell(row, "unit").value = chosen.dataset.name
      const price = Number(this.number(this.cell(row, "price").value)) / before * factor
      this.cell(row, "price").value = String(Math.round(price * 10000) / 10000).replace(".", this.dataset.decimal)
    }
    if (event.target !== this) this.#add()
  }
  #key = async event => {
    if (event.isComposing) return
    if ((event.ctrlKey || event.metaKey) && event.code === "KeyS") {
      event.preventDefault()
      this.form.requestSubmit()
      return
    }
    const row = event.target.closest("[data-line]")
    if (row && event.altKey && (event.key === "ArrowUp" || event.key === "ArrowDown")) {
      event.preventDefault()
      if (event.key === "ArrowUp") row.previousElementSibling?.before(row)
      else row.nextElementSibling?.after(row)
      event.target.focus()
      this.dispatchEvent(new Event("change", { bubbles: true }))
    } else if (row && event.key === "Enter" && event.target.matches("input")) {
      event.preventDefault()
      const name = event.target.dataset.cell
      const next = event.shiftKey ? row.previousElementSibling : row.nextElementSibling
      ;(next && name ? this.cell(next, name) : this.adder)?.focus()
    } else if (event.target === this.adder && event.key === "Enter" && event.target.value.trim() && !this.querySelector("[data-adder] .is-active")) {
      event.preventDefault()
      event.stopPropagation()
      const words = this.adder.value.trim()
      await this.#append({ q: words }) || await this.#append({ name: words })
      this.#clear()
    }
  }
}
customElements.define("line-editor", LineEditor)
