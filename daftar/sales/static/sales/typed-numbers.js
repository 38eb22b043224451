// Numbers and amounts as people type them, read by the rules of daftar/kernel/numbers.py and money.py, or refused: never guessed.
// Each reader gives {value: "1234.5"} or {problem: "number"} or {problem: "two", one, other}.
// habits: {group, decimal}, what one comma and one point are in the reader's language; "" is not settled.

const DIGITS = ["۰۱۲۳۴۵۶۷۸۹", "٠١٢٣٤٥٦٧٨٩", "０１２３４５６７８９"]
const MARKS = /[\u200e\u200f\u202a-\u202e\u2066-\u2069\u061c\ufeff]/g
const SPACES = /[\s\u00a0\u2007\u2009\u202f'’]+/g
const FACTOR = /^([^]{0,60}[0-9۰-۹٠-٩])[ \u00a0\u202f]?(\p{L}{1,8}\.?)$/u
const AROUND = /^([^0-9۰-۹٠-٩]*)([0-9۰-۹٠-٩](?:[^]*[0-9۰-۹٠-٩])?)([^0-9۰-۹٠-٩]*)$/
const POWERS = Object.fromEntries([
  [3, "k thousand тыс тысяч тысяча тысячи هزار"],
  [6, "m mm mn mln million millions млн миллион миллиона миллионов میلیون"],
  [9, "b bn bln billion billions млрд миллиард миллиарда миллиардов میلیارد"],
].flatMap(([power, words]) => words.split(" ").map(word => [word, power])))
const METRES = ["m", "b", "m.", "b."]
const SIGNS = { "−": "-", "–": "-", "‒": "-", "﹣": "-", "－": "-", "،": ",", "٫": "d" }
const NOT = { problem: "number" }

const ascii = text => text.replace(/[۰-۹٠-٩０-９]/g, sign => DIGITS.map(all => all.indexOf(sign)).find(place => place >= 0))
const wholeGroups = text => {
  if (/^\d+$/.test(text)) return text
  const grouped = /^\d{1,3}([ .,٬])\d{3}(?:\1\d{3})*$/.test(text)
  return grouped ? text.replace(/\D/g, "") : null
}

function takeFactor(text) {
  const shape = FACTOR.exec(text)
  if (!shape || METRES.includes(shape[2])) return [text, 0]
  const word = shape[2].toLowerCase().replaceAll("ي", "ی").replace(/\.+$/, "")
  return Object.hasOwn(POWERS, word) ? [shape[1], POWERS[word]] : [text, 0]
}

function settle(before, mark, behind, { group, decimal }) {
  if (mark === decimal) return [before, behind]
  const couldBeGroup = behind.length === 3 && before.length > 0 && before.length <= 3 && !before.startsWith("0")
  if (couldBeGroup) {
    if (mark === group) return [before + behind, ""]
    return { problem: "two", one: before + behind, other: `${before}${decimal || "."}${behind}0` }
  }
  if (mark === group && (behind.length > 2 || !before)) return NOT
  return [before, behind]
}

function splitBody(body, habits) {
  const whole = () => { const found = wholeGroups(body); return found === null ? NOT : [found, ""] }
  if (/^\d+$/.test(body)) return [body, ""]
  const at = Math.max(body.lastIndexOf(","), body.lastIndexOf("."))
  if (at < 0) return whole()
  const mark = body[at], before = body.slice(0, at), behind = body.slice(at + 1)
  if (!/^\d+$/.test(behind)) return /[^ ٬\d]/.test(behind) ? NOT : whole()
  if (before.includes(mark)) return whole()
  if (before && !/^\d+$/.test(before)) { const found = wholeGroups(before); return found === null ? NOT : [found, behind] }
  return settle(before, mark, behind, habits)
}

export function readNumber(text, habits) {
  if (text.length > 60) return NOT
  const [number, power] = takeFactor(text)
  let bare = ascii(number).replace(MARKS, "").replace(/[−–‒﹣－،٫]/g, sign => SIGNS[sign]).trim().replace(SPACES, " ")
  if (bare.startsWith("- ")) bare = bare.replace("- ", "-")
  const shape = /^([+-]?)([0-9 .,٬]*)(?:d([0-9]*))?$/.exec(bare)
  if (!shape || !/\d/.test(bare)) return NOT
  const body = shape[2].trim()
  let parts = shape[3] === undefined ? splitBody(body, habits) : shape[3] ? [body && wholeGroups(body), shape[3]] : NOT
  if (parts.problem) return parts
  let [whole, behind] = parts
  if (whole === null) return NOT
  ;[whole, behind] = [whole + behind.slice(0, power).padEnd(power, "0"), behind.slice(power)]
  const value = shifted(whole.replace(/^0+/, "") || "0", behind.replace(/0+$/, ""))
  return { value: shape[1] === "-" && /[1-9]/.test(value) ? `-${value}` : value }
}
const shifted = (whole, behind) => behind ? `${whole}.${behind}` : whole

export function readPercent(text, habits) {
  const bare = text.replace(MARKS, "").trim().replace(/%$/, "").replace(/^%/, "").replace(/٪$/, "").replace(/^٪/, "")
  return readNumber(bare, habits)
}

// words: how the currency is written → [what it means, by which power of ten its unit differs from the one that is typed bare (rials among tomans: -1)].
export function readMoney(text, habits, words = {}) {
  const around = AROUND.exec(text.replace(MARKS, "").trim())
  if (!around || text.length > 80) return NOT
  let [, before, number, after] = around
  const [word, rest] = after.trim().split(/ ([^]*)/, 2)
  if (word && takeFactor(`0 ${word}`)[1]) { number = `${number} ${word}`; after = rest ?? "" }
  const minuses = before.match(/[-−–‒]/g) ?? []
  if (minuses.length > 1) return NOT
  before = before.replace(/[-−–‒+]/g, "")
  if (/[.,]$/.test(before)) { number = before.at(-1) + number; before = before.slice(0, -1) }
  const [one, two] = [before, after].map(sign => sign.trim())
  if (one && two && code(one, words) !== code(two, words)) return NOT
  const sign = one || two
  if (sign && !Object.hasOwn(words, meaning(sign))) return NOT
  const read = readNumber(number, habits)
  if (read.problem) return read
  const value = moved(read.value, sign ? words[meaning(sign)][1] : 0)
  return { value: minuses.length && /[1-9]/.test(value) ? `-${value}` : value }
}
const meaning = sign => sign.trim().toLowerCase().replaceAll("ي", "ی").replaceAll("ك", "ک").replace(/\.+$/, "").trim()
const code = (sign, words) => words[meaning(sign)]?.[0] ?? meaning(sign)
function moved(value, power) {
  if (!power) return value
  const [whole, behind = ""] = value.split(".")
  if (power > 0) return shifted((whole + behind.slice(0, power).padEnd(power, "0")).replace(/^0+(?=\d)/, ""), behind.slice(power))
  const long = whole.padStart(1 - power, "0")
  return shifted(long.slice(0, power), (long.slice(power) + behind).replace(/0+$/, ""))
}
