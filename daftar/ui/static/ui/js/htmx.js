// The house rules of htmx: our token on every request, no code in attributes, a thin bar while waiting, words when it fails.
import { say, token } from "ui/ask"

const { htmx } = window
const busy = new Set()
const bar = () => document.getElementById("progress")

function refuse() { throw new Error("Code in attributes is off.") }
htmx?.registerExtension("closed", { init: api => api.initSecurity(undefined, refuse, refuse) })

const show = () => bar()?.toggleAttribute("data-busy", busy.size > 0)

document.addEventListener("htmx:config:request", event => { event.detail.ctx.request.headers["X-CSRFToken"] = token() })
document.addEventListener("htmx:before:request", event => { busy.add(event.detail.ctx); show() })
document.addEventListener("htmx:finally:request", event => { busy.delete(event.detail.ctx); show() })
document.addEventListener("htmx:error", event => {
  if (event.target.closest?.("unsaved-guard") || !event.detail.ctx || event.detail.error?.name === "AbortError") return
  say(document.getElementById("toasts")?.dataset.offline ?? "Offline", "danger")
})

// The page is older than the sign-in; an <unsaved-guard> helps itself, and then we hear nothing of it.
document.addEventListener("form:stale", event => say(event.detail.text, "danger"))

// "invalid" carries {errors: {field: sentence}}: each goes to the place that waits beside its field.
document.addEventListener("invalid", event => {
  const form = event.target.closest?.("form")
  if (!form || !event.detail?.errors) return
  for (const slot of form.querySelectorAll("[data-error-for]")) {
    const words = event.detail.errors[slot.dataset.errorFor] ?? ""
    slot.textContent = words
    slot.hidden = !words
    form.elements.namedItem(slot.dataset.errorFor)?.setAttribute?.("aria-invalid", words ? "true" : "false")
  }
  form.querySelector("[aria-invalid=true]")?.focus()
})

document.addEventListener("click", event => {
  if (!event.target.closest?.("[data-back]") || history.length < 2) return
  event.preventDefault()
  history.back()
})
