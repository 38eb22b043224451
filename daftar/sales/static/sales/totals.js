// Lines, discounts and taxes added up by the rules of daftar/sales/totals.py, exact: fractions of BigInts, no floats.
// total(lines, terms): numbers are plain texts ("12.5"); terms: {places, taxIncluded, rounding, discountPercent, discountAmount}.

const gcd = (a, b) => { a = a < 0n ? -a : a; while (b) [a, b] = [b, a % b]; return a }

export class Fraction {
  constructor(top, bottom = 1n) {
    const common = gcd(top, bottom) || 1n
    const sign = bottom < 0n ? -1n : 1n
    this.top = sign * top / common
    this.bottom = sign * bottom / common
  }
  static of(text) {
    const [whole, behind = ""] = String(text || "0").split(".")
    return new Fraction(BigInt(whole + behind), 10n ** BigInt(behind.length))
  }
  plus(b) { return new Fraction(this.top * b.bottom + b.top * this.bottom, this.bottom * b.bottom) }
  minus(b) { return new Fraction(this.top * b.bottom - b.top * this.bottom, this.bottom * b.bottom) }
  times(b) { return new Fraction(this.top * b.top, this.bottom * b.bottom) }
  over(b) { return new Fraction(this.top * b.bottom, this.bottom * b.top) }
  less(b) { return this.top * b.bottom < b.top * this.bottom }
  get isZero() { return this.top === 0n }
  get floor() { return this.top >= 0n || this.top % this.bottom === 0n ? this.top / this.bottom : this.top / this.bottom - 1n }
}

const ZERO = new Fraction(0n), HALF = new Fraction(1n, 2n), HUNDRED = new Fraction(100n)
const add = values => values.reduce((sum, one) => sum.plus(one), ZERO)

function toCoins(value, coins) {
  const scaled = new Fraction(value.top < 0n ? -value.top : value.top, value.bottom).times(coins).plus(HALF).floor
  return new Fraction(value.top < 0n ? -scaled : scaled).over(coins)
}

function spread(whole, exact, coins) {
  const floors = exact.map(one => new Fraction(one.times(coins).floor).over(coins))
  const missing = Number(whole.minus(add(floors)).times(coins).floor)
  const losers = exact.map((_, n) => n).sort((a, b) => {
    const one = floors[a].minus(exact[a]), two = floors[b].minus(exact[b])
    return one.less(two) ? -1 : two.less(one) ? 1 : a - b
  })
  const coin = new Fraction(1n).over(coins)
  for (const n of losers.slice(0, missing)) floors[n] = floors[n].plus(coin)
  return floors
}

const taxIn = (sum, rate, included) => sum.times(rate).over(included ? HUNDRED.plus(rate) : HUNDRED)

export function total(lines, terms) {
  const coins = new Fraction(10n ** BigInt(terms.places))
  const included = terms.taxIncluded, byLine = terms.rounding !== "document"
  const read = lines.map(line => ({
    rate: Fraction.of(line.taxPercent), optional: Boolean(line.optional), key: Fraction.of(line.taxPercent),
    full: Fraction.of(line.quantity).times(Fraction.of(line.price)),
    percent: Fraction.of(line.discountPercent), amount: Fraction.of(line.discountAmount),
  }))
  let sums = read.map(one => one.full.minus(one.full.times(one.percent).over(HUNDRED)).minus(one.amount))
  if (byLine) sums = sums.map(one => toCoins(one, coins))
  const counted = read.map((_, n) => n).filter(n => !read[n].optional)
  const whole = add(counted.map(n => sums[n]))
  let off = whole.times(Fraction.of(terms.discountPercent)).over(HUNDRED).plus(Fraction.of(terms.discountAmount))
  if (whole.less(off)) off = whole
  if (!off.isZero && !whole.isZero) {
    const exact = counted.map(n => off.times(sums[n]).over(whole))
    const shares = byLine ? spread(toCoins(off, coins), exact, coins) : exact
    counted.forEach((n, place) => { sums[n] = sums[n].minus(shares[place]) })
  }
  const pairs = new Array(lines.length)
  const pair = (sum, tax) => included ? [sum.minus(tax), sum] : [sum, sum.plus(tax)]
  if (byLine) {
    read.forEach((one, n) => { pairs[n] = pair(sums[n], toCoins(taxIn(sums[n], one.rate, included), coins)) })
  } else {
    const groups = new Map()
    read.forEach((one, n) => {
      const key = one.optional ? `optional ${n}` : `${one.rate.top}/${one.rate.bottom}`
      groups.set(key, [...groups.get(key) ?? [], n])
    })
    for (const group of groups.values()) {
      const exact = group.map(n => sums[n]), rate = read[group[0]].rate, sum = add(exact)
      const own = spread(toCoins(sum, coins), exact, coins)
      const taxes = spread(toCoins(taxIn(sum, rate, included), coins), exact.map(one => taxIn(one, rate, included)), coins)
      group.forEach((n, place) => { pairs[n] = pair(own[place], taxes[place]) })
    }
  }
  const text = value => {
    const scaled = value.times(coins).floor, sign = scaled < 0n ? "-" : ""
    const digits = String(scaled < 0n ? -scaled : scaled).padStart(terms.places + 1, "0")
    return sign + (terms.places ? `${digits.slice(0, -terms.places)}.${digits.slice(-terms.places)}` : digits)
  }
  const taken = counted.map(n => toCoins(read[n].full, coins).minus(pairs[n][included ? 1 : 0]))
  const taxes = new Map()
  for (const n of counted) {
    const key = String(lines[n].taxPercent || "0")
    taxes.set(key, (taxes.get(key) ?? ZERO).plus(pairs[n][1].minus(pairs[n][0])))
  }
  return {
    lines: pairs.map(([net, gross]) => ({ net: text(net), gross: text(gross) })),
    net: text(add(counted.map(n => pairs[n][0]))), gross: text(add(counted.map(n => pairs[n][1]))), discount: text(add(taken)),
    taxes: Object.fromEntries([...taxes].map(([rate, tax]) => [rate, text(tax)])),
  }
}
