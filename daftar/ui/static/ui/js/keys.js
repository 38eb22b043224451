// Which key was meant: by its place on the keyboard, so that Cyrillic and Persian layouts work, and never while typing.

const FIELDS = "input:not([type=checkbox], [type=radio], [type=button]), textarea, select, [contenteditable]:not([contenteditable=false])"

export const isTyping = event => event.isComposing || event.target.closest?.(FIELDS) != null

export const isPlain = event => !event.ctrlKey && !event.metaKey && !event.altKey && !event.defaultPrevented

/** "j", "Enter", "?", "/" … or "" for what is not ours. */
export function meant(event) {
  if (!isPlain(event)) return ""
  if (event.code === "Slash" || event.key === "/" || event.key === "?" || event.key === "؟") return event.shiftKey || event.key === "?" || event.key === "؟" ? "?" : "/"
  if (event.code?.startsWith("Key")) return event.shiftKey ? "" : event.code.slice(3).toLowerCase()
  return event.key
}

export const isMirrored = element => getComputedStyle(element).direction === "rtl"
