import { hash } from 'node:crypto'
import type { App } from '../context.ts'

/** A key of a caller's choice as it may be stored. With the value of a secret in it, it is known by its hash: masked, two keys could
 *  become one. */
export function storableKey({ secrets }: Pick<App, 'secrets'>, key: string): string {
  return secrets.current().masker.found(key) ? `sha256:${hash('sha256', key, 'base64')}` : key
}
