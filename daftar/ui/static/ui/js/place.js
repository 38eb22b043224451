// Puts a popover under its box, above it when there is no room below, and keeps it in the window.

export function place(popover, box) {
  const around = box.getBoundingClientRect()
  popover.style.minInlineSize = `${Math.min(around.width, 480)}px`
  const size = popover.getBoundingClientRect()
  const below = innerHeight - around.bottom > size.height + 8 || around.top < size.height + 8
  const isRtl = getComputedStyle(box).direction === "rtl"
  const start = isRtl ? around.right - size.width : around.left
  popover.style.top = `${below ? around.bottom + 4 : around.top - size.height - 4}px`
  popover.style.left = `${Math.max(8, Math.min(start, innerWidth - size.width - 8))}px`
}
