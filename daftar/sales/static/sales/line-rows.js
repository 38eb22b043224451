// The rows of the line editor: their fields, and what can be done to one. A row that is taken out stays, struck through and not sent, until it is saved.

export const cell = (row, name) => row.querySelector(`[name$=".${name}"]`)
export const value = (row, name, usual = "") => cell(row, name)?.value ?? usual
export const nameOf = row => (cell(row, "name") ?? cell(row, "heading")).value.trim()

/** Sets a field; one that the row did not have is made. */
export function put(row, name, text) {
  let field = cell(row, name)
  if (!field) {
    field = Object.assign(document.createElement("input"), { type: "hidden", name: `${row.dataset.token}.${name}` })
    row.firstElementChild.append(field)
  }
  field.value = text
}

export const isOut = row => row.classList.contains("is-out")

/** Takes a row out of the sale, or puts it back: its fields are not sent while it is out. */
export function setOut(row, out, button) {
  row.classList.toggle("is-out", out)
  for (const field of row.querySelectorAll("input, select, textarea, button")) field.disabled = out
  const tools = row.lastElementChild
  tools.querySelector("[data-restore]")?.remove()
  if (out) tools.append(button)
}

export const newToken = () => `n${crypto.getRandomValues(new Uint32Array(2)).join("").slice(0, 16)}`

/** Gives every field and button of a row the name of another token. */
export function rename(row, token) {
  const before = row.dataset.token ?? "TOKEN"
  row.dataset.token = token
  for (const field of row.querySelectorAll("[name], [name=row]")) {
    if (field.name === "row") field.value = token
    else if (field.name === "act") field.value = field.value.replace(`.${before}`, `.${token}`)
    else field.name = field.name.replace(`${before}.`, `${token}.`)
  }
}

/** A second row like this one, with what stands in its fields now. */
export function copyOf(row) {
  const copy = row.cloneNode(true)
  copy.querySelectorAll(".field__error").forEach(error => error.remove())
  copy.querySelectorAll("[aria-invalid]").forEach(field => { field.removeAttribute("aria-invalid"); field.removeAttribute("aria-describedby") })
  row.querySelectorAll("select").forEach((select, n) => { copy.querySelectorAll("select")[n].value = select.value })
  rename(copy, newToken())
  return copy
}

/** Opens or closes what lies behind "More"; what was closed keeps its words. */
export function toggleMore(row, template) {
  const button = row.querySelector('[name=act][value^="more."]')
  let more = row.querySelector(".line__more")
  if (!more) {
    more = template.content.firstElementChild.cloneNode(true)
    row.querySelector("th").append(more)
    for (const field of more.querySelectorAll("[name]")) {
      field.name = field.name.replace("TOKEN", row.dataset.token)
      if (field.name === "act") field.value = field.value.replace("TOKEN", row.dataset.token)
    }
    more.hidden = true
  }
  more.hidden = !more.hidden
  button.setAttribute("aria-expanded", String(!more.hidden))
  if (!more.hidden) more.querySelector("textarea").focus()
}
