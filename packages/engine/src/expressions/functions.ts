/** JSONata functions whose cost is bounded by the size of their arguments. */
const CHEAP = new Set(
  `abs append average boolean ceil contains count exists floor keys join length lookup lowercase max merge min not number
  power reverse round split spread sqrt string substring substringAfter substringBefore sum trim type uppercase`.split(
    /\s+/,
  ),
)

/** All others: they take functions or patterns, make large results, sort, or read the clock. */
const OTHERS = new Set(
  `assert base64decode base64encode clone decodeUrl decodeUrlComponent distinct each encodeUrl encodeUrlComponent error
  eval filter formatBase formatInteger formatNumber fromMillis map match millis now pad parseInteger random reduce replace
  shuffle sift single sort toMillis zip`.split(/\s+/),
)

export function isFunctionName(name: string): boolean {
  return CHEAP.has(name) || OTHERS.has(name)
}

export function isCheapFunction(name: string): boolean {
  return CHEAP.has(name)
}
