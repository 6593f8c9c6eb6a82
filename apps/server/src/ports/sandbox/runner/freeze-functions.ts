import jsonata from 'jsonata'

/** Every function that JSONata brings along. */
export const FUNCTION_NAMES = `abs append assert average base64decode base64encode boolean ceil clone contains count
  decodeUrl decodeUrlComponent distinct each encodeUrl encodeUrlComponent error eval exists filter floor formatBase
  formatInteger formatNumber fromMillis join keys length lookup lowercase map match max merge min not number pad
  parseInteger power random reduce replace reverse round shuffle sift single sort split spread sqrt string substring
  substringAfter substringBefore sum toMillis trim type uppercase zip`.split(/\s+/)

/** Makes JSONata's functions unchangeable. They are objects that all evaluations share, and an expression can write into one:
 *  `{} ~> |$sum|{"implementation": …}|` would replace `$sum` for every other workflow that this process evaluates for. */
export async function freezeFunctions(): Promise<void> {
  for (const name of FUNCTION_NAMES) {
    const shared = (await jsonata(`$${name}`).evaluate(undefined)) as object
    // Written at every call, for the messages of errors.
    Object.defineProperty(shared, 'token', { get: () => name, set() {} })
    Object.defineProperty(shared, 'position', { get: () => undefined, set() {} })
    Object.freeze(shared)
  }
}
