// What was done to rows, newest last, each with the way back. Typing in a field is the browser's own to undo.

export class Undo {
  #steps = []
  /** Keep the way back of one act. */
  did(back) { this.#steps.push(back) }
  /** Take the last act back; false where there is none. */
  back() {
    const step = this.#steps.pop()
    step?.()
    return Boolean(step)
  }
}

/** The place of a row, as a function that puts it there again. */
export function placeOf(row) {
  const { parentElement: parent, nextElementSibling: next } = row
  return () => parent.insertBefore(row, next?.parentElement === parent ? next : null)
}
