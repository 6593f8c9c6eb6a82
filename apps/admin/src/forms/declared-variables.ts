import type { Json } from '../api/types.ts'
import { isObject, strings } from '../lib/json.ts'
import { member } from './member-path.ts'
import type { Variable } from './variables.ts'

const STEP = /`([^`]+)`|\[(\d+)\]|([^.[\]`]+)/g

/** `items[0].sku`, as declared, below the body or the query: as an expression reads it. */
function expressionOf(root: string, path: string): string {
  return [...path.matchAll(STEP)].reduce(
    (at, [, quoted, index, name]) => (index === undefined ? member(at, quoted ?? name ?? '') : `${at}[${index}]`),
    root,
  )
}

/** What a webhook's config declares of one part of the request, by alias. */
export function declaredVariables(part: string, root: string, variables: Json | undefined): Variable[] {
  if (!isObject(variables)) return []
  if (part === 'headers')
    return strings(variables.headers).map((name) => ({
      path: member(root, name.toLowerCase()),
      label: name,
      type: 'string',
    }))
  const list = part === 'data' ? variables.body : part === 'query' ? variables.query : undefined
  return (Array.isArray(list) ? list : []).flatMap((item) => {
    if (!isObject(item) || typeof item.path !== 'string') return []
    const { path, alias, type } = item
    return {
      path: expressionOf(root, path),
      label: typeof alias === 'string' && alias !== '' ? alias : path,
      ...(typeof type === 'string' ? { type } : {}),
    }
  })
}
