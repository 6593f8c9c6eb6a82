import { AppError, isForbiddenKey, type Json, MAX_JSON_DEPTH, toJson } from '@ensue/engine/core'
import { XMLParser } from 'fast-xml-parser'
import { checkValues } from './json.ts'

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }
const REFERENCE = /&(?:#(\d{1,7})|#x([\da-f]{1,6})|([^;&\s]{0,64}));?/gi
/** In front of a name that must not become a key; no document can hold it. */
const DROPPED = '\u0000'

/** The five entities of XML and characters by number. There are no others, as there is no DTD to declare them. */
function decodeEntities(text: string): string {
  if (!text.includes('&')) return text
  return text.replace(REFERENCE, (reference, decimal?: string, hex?: string, name?: string) => {
    const code = decimal !== undefined ? Number(decimal) : hex !== undefined ? Number.parseInt(hex, 16) : undefined
    const char = code === undefined ? ENTITIES[name ?? ''] : code <= 0x10ffff ? String.fromCodePoint(code) : undefined
    if (char === undefined || !reference.endsWith(';')) throw new SyntaxError(`"${reference}" stands for nothing.`)
    return char
  })
}

const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  textNodeName: '#text',
  ignoreDeclaration: true,
  ignorePiTags: true,
  // Values stay texts: 007 and 1e3 are no numbers until somebody says so.
  parseTagValue: false,
  parseAttributeValue: false,
  maxNestedTags: MAX_JSON_DEPTH,
  jPath: false,
  entityDecoder: {
    reset() {},
    setXmlVersion() {},
    setExternalEntities() {},
    // Called for every DOCTYPE that the parser comes upon, wherever it stands.
    addInputEntities() {
      throw new SyntaxError('A document type declaration is not taken.')
    },
    decode: decodeEntities,
  },
  onDangerousProperty: (name: string) => name,
  transformTagName: (name: string) => (isForbiddenKey(name) ? DROPPED + name : name),
  updateTag: (name: string) => !name.startsWith(DROPPED),
})

/** Reads XML as an object by element names: an element with attributes (`@name`) or children is an object, its text `#text`;
 *  others are texts; repeated elements are lists. Neither a DTD nor entities of its own are taken.
 *  @throws AppError invalid_input malformed, with a DTD, or deeper than 64 levels */
export function parseXml(text: string): Json {
  try {
    const value = toJson(parser.parse(text, true))
    checkValues(value, text.length)
    return value
  } catch (error) {
    if (error instanceof AppError) throw error
    const sentence =
      error instanceof RangeError
        ? `It is deeper than ${MAX_JSON_DEPTH} levels.`
        : // The validator ends with line and column, of which only the line is right.
          (error as Error).message.replace(/:(\d+):\w+$/, ' (line $1)').slice(0, 200)
    throw new AppError('invalid_input', `The body is not XML that can be read: ${sentence.replace(/[^.]$/, '$&.')}`, {
      cause: error,
    })
  }
}
