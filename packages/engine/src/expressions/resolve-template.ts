import { NodeError } from '../core/errors.ts'
import type { Json, JsonObject } from '../core/json.ts'
import { MASKED } from '../masker.ts'
import { encodeInText, type TextEncoding } from './encode-text.ts'
import type { EvaluateOptions } from './expression.ts'
import { EXPRESSION_LIMITS } from './limits.ts'
import type { Roots } from './roots.ts'
import type { ExpressionPart, Part, Template, TextPart } from './template.ts'
import { textTooLong, toText } from './values.ts'

/** Puts values in place of the expressions. A promise only when an expression needs JSONata or the sandbox. The result
 *  shares what is static with the config and what was read with the roots: don't change it.
 *  @throws NodeError `unresolved_reference`, `expression_failed`, `expression_limit`, `expression_not_allowed`,
 *  `expression_invalid`, with `path` into the config */
export function resolveTemplate(template: Template, roots: Roots, options?: EvaluateOptions): Json | Promise<Json> {
  return template.part.async ? resolveLater(template.part, roots, options) : resolveNow(template.part, roots, options)
}

/** Like `resolveTemplate`, with a copy that may be shown: `[masked]` stands for what was made of secrets. */
export function resolveWithMask(
  template: Template,
  roots: Roots,
  options?: EvaluateOptions,
): MaskedValue | Promise<MaskedValue> {
  const texts: MaskedTexts = new Map()
  const finish = (value: Json): MaskedValue => ({ value, shown: maskParts(template.part, value, texts) })
  const value = template.part.async
    ? resolveLater(template.part, roots, { ...options, texts })
    : resolveNow(template.part, roots, { ...options, texts })
  return value instanceof Promise ? value.then(finish) : finish(value)
}

export interface MaskedValue {
  value: Json
  shown: Json
}

type MaskedTexts = Map<Part, string>
interface ResolveOptions extends EvaluateOptions {
  /** Where texts with secrets in them leave what of them may be shown. */
  texts?: MaskedTexts
}

function maskParts(part: Part, value: Json, texts: MaskedTexts): Json {
  switch (part.kind) {
    case 'static':
      return value
    case 'expression':
      return part.secrets.length > 0 ? MASKED : value
    case 'text':
      return texts.get(part) ?? value
    case 'array':
      return part.items.map((item, index) => maskParts(item, (value as Json[])[index]!, texts))
    case 'object': {
      const out: JsonObject = {}
      part.keys.forEach((key, index) => {
        out[key] = maskParts(part.items[index]!, (value as JsonObject)[key]!, texts)
      })
      return out
    }
  }
}

/** A text of its pieces, where they can't just be put one after the other. */
function joinPieces(part: TextPart, values: readonly string[], texts: MaskedTexts | undefined): string {
  const pieces = part.encoding === undefined ? values : encodePieces(part, values, part.encoding)
  if (part.secret && texts) keepShown(part, pieces, texts)
  return checkText(pieces.join(''), part.at)
}

function encodePieces({ parts }: TextPart, values: readonly string[], encoding: TextEncoding): string[] {
  let before = ''
  return values.map((value, index) => {
    const part = parts[index]!
    const piece = typeof part === 'string' ? part : encodePiece(part, before, value)
    before += piece
    return piece
  })

  function encodePiece(part: ExpressionPart, textBefore: string, value: string): string {
    try {
      const isOwn = part.expression.references.every(({ root }) => root === 'env' || root === 'secrets')
      return encodeInText(encoding, textBefore, value, isOwn)
    } catch (error) {
      throw located(error, part)
    }
  }
}

/** What of a text with secrets in it may be shown. */
function keepShown(part: TextPart, pieces: readonly string[], texts: MaskedTexts): void {
  const isSecret = (piece: string | ExpressionPart) => typeof piece !== 'string' && piece.secrets.length > 0
  texts.set(part, pieces.map((piece, index) => (isSecret(part.parts[index]!) ? MASKED : piece)).join(''))
}

function resolveNow(part: Part, roots: Roots, options?: ResolveOptions): Json {
  switch (part.kind) {
    case 'static':
      return part.value
    case 'expression':
      return (evaluateNow(part, roots, options) as Json | undefined) ?? null
    case 'text': {
      if (part.encoding !== undefined || (part.secret && options?.texts)) {
        const values = part.parts.map((one) =>
          typeof one === 'string' ? one : toText(evaluateNow(one, roots, options)),
        )
        return joinPieces(part, values, options?.texts)
      }
      let text = ''
      for (const piece of part.parts)
        text += typeof piece === 'string' ? piece : toText(evaluateNow(piece, roots, options))
      return checkText(text, part.at)
    }
    case 'array': {
      const out: Json[] = []
      for (const item of part.items) out.push(resolveNow(item, roots, options))
      return out
    }
    case 'object': {
      const out: JsonObject = {}
      for (let i = 0; i < part.keys.length; i++) out[part.keys[i]!] = resolveNow(part.items[i]!, roots, options)
      return out
    }
  }
}

// The same walk with waiting, one expression after the other so that none is left behind when one fails.
async function resolveLater(part: Part, roots: Roots, options?: ResolveOptions): Promise<Json> {
  if (!part.async) return resolveNow(part, roots, options)
  switch (part.kind) {
    case 'static':
      return part.value
    case 'expression':
      return (await evaluateLater(part, roots, options)) ?? null
    case 'text': {
      const pieces: string[] = []
      for (const piece of part.parts)
        pieces.push(typeof piece === 'string' ? piece : toText(await evaluateLater(piece, roots, options)))
      return joinPieces(part, pieces, options?.texts)
    }
    case 'array': {
      const out: Json[] = []
      for (const item of part.items) out.push(await resolveLater(item, roots, options))
      return out
    }
    case 'object': {
      const out: JsonObject = {}
      for (let i = 0; i < part.keys.length; i++) {
        const item = part.items[i]!
        const over = item.kind === 'expression' ? item.over : undefined
        const input = over === undefined ? options : { ...options, input: out[over] ?? null }
        out[part.keys[i]!] = await resolveLater(item, roots, input)
      }
      return out
    }
  }
}

function evaluateNow(part: ExpressionPart, roots: Roots, options?: EvaluateOptions): Json | undefined {
  requireSecrets(part, roots)
  let value: Json | undefined
  try {
    // Parts that answer later never come here.
    value = part.expression.evaluate(roots, options) as Json | undefined
  } catch (error) {
    throw located(error, part)
  }
  return checkResolved(value, part)
}

async function evaluateLater(part: ExpressionPart, roots: Roots, options?: EvaluateOptions): Promise<Json | undefined> {
  requireSecrets(part, roots)
  let value: Json | undefined
  try {
    value = await part.expression.evaluate(roots, options)
  } catch (error) {
    throw located(error, part)
  }
  return checkResolved(value, part)
}

/** A secret that was deleted must not become empty text: requests would go out without their credentials. */
function requireSecrets(part: ExpressionPart, roots: Roots): void {
  for (const name of part.secrets)
    if (roots.secrets === undefined || !Object.hasOwn(roots.secrets, name))
      throw new NodeError('unresolved_reference', `There is no secret "${name}".`, { path: part.at })
}

function checkResolved(value: Json | undefined, part: ExpressionPart): Json | undefined {
  if (value === undefined && part.strict)
    throw new NodeError('unresolved_reference', `{{${part.expression.source}}} has no value.`, { path: part.at })
  return value
}

function checkText(text: string, at: string): string {
  if (text.length > EXPRESSION_LIMITS.maxTextLength)
    throw new NodeError('expression_limit', textTooLong().message, { path: at })
  return text
}

function located(error: unknown, part: ExpressionPart): unknown {
  if (!(error instanceof NodeError)) return error
  const { code, message, retryable, cause } = error
  return new NodeError(code, `{{${part.expression.source}}}: ${message}`, { path: part.at, retryable, cause })
}
