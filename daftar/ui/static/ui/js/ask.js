// Asks the server for a fragment the way htmx does, and passes on the events that came with the answer.

export const token = () => document.querySelector('meta[name="csrf-token"]')?.content ?? ""

export const headers = () => ({ "HX-Request": "true", "HX-Current-URL": location.href, "X-CSRFToken": token(), Accept: "text/html" })

/** The answer as {ok, status, isTold, isGoing, text} (isTold: a toast came with it; isGoing: the answer leads to another page); a lost connection is {ok: false, status: 0, text: ""}, never an exception. */
export async function ask(url, { method = "GET", values, signal, source = document } = {}) {
  try {
    const body = values && new URLSearchParams(values)
    const response = await fetch(url, { method, body, signal, headers: headers(), credentials: "same-origin", mode: "same-origin" })
    const go = response.headers.get("HX-Redirect")
    if (go) location.href = go
    const isTold = tell(response.headers.get("HX-Trigger"), source)
    return { ok: response.ok, status: response.status, isTold, isGoing: Boolean(go), text: response.status === 204 ? "" : await response.text() }
  } catch (error) {
    return { ok: false, status: 0, text: "", aborted: error.name === "AbortError" }
  }
}

/** Sends the events of an HX-Trigger header from `source` (they bubble to the document). */
export function tell(header, source) {
  if (!header) return false
  const events = header.startsWith("{") ? JSON.parse(header) : Object.fromEntries(header.split(",").map(name => [name.trim(), {}]))
  const from = source.isConnected ? source : document
  for (const [name, detail] of Object.entries(events)) from.dispatchEvent(new CustomEvent(name, { bubbles: true, detail }))
  return "toast" in events
}

/** Puts a fragment into an element and lets htmx see it. */
export function fill(element, text) {
  element.innerHTML = text
  window.htmx?.process(element)
}

/** Says that nothing came of it, unless the server already said why. */
export function sayFailed(answer) {
  if (answer.aborted || answer.isTold || answer.ok) return
  const words = document.getElementById("toasts").dataset
  say(answer.status ? words.refused : words.offline, "danger")
}

export const say = (text, tone = "") => document.dispatchEvent(new CustomEvent("toast", { detail: { text, tone } }))
