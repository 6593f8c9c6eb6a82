import { confidentialParts, type OpenSecrets, openSecrets, type Secret, type SecretKind } from '@ensue/engine'
import type { Json } from '@ensue/engine/core'
import type { Logger } from 'pino'
import type { Registry, Snapshot } from '../registry.ts'
import type { Cipher } from './cipher.ts'

/** A value that was replaced or deleted is masked for so much longer: what was sent with it may still be answered. */
const RETIRED_MASKED_MS = 3_600_000

/** The secrets of this process: decrypted once per snapshot of the registry, in memory only. */
export interface SecretBox {
  current(): OpenSecrets
  seal(name: string, kind: SecretKind, value: Json): string
}

export function createSecretBox(cipher: Cipher, registry: Registry, log: Logger): SecretBox {
  let opened = openSecrets([])
  let parts = new Set<string>()
  const retiredUntil = new Map<string, number>()
  let of: Snapshot['secrets'] = []

  function open({ name, kind, envelope }: Snapshot['secrets'][number]): Secret[] {
    const text = cipher.open({ table: 'secret', name, kind }, envelope)
    if (text !== undefined) return [{ name, kind, value: JSON.parse(text) as Json }]
    log.error({ secret: name }, 'a secret can not be decrypted; give this process the key of the others')
    return []
  }

  function openAll(secrets: Snapshot['secrets']): OpenSecrets {
    const all = secrets.flatMap(open)
    const now = Date.now()
    const kept = new Set(all.flatMap(confidentialParts))
    for (const part of parts.difference(kept)) retiredUntil.set(part, now + RETIRED_MASKED_MS)
    for (const [part, until] of retiredUntil) if (until <= now || kept.has(part)) retiredUntil.delete(part)
    parts = kept
    return openSecrets(all, [...retiredUntil.keys()])
  }

  return {
    current() {
      const { secrets } = registry.current()
      if (secrets !== of) {
        // Most snapshots come with the same secrets: a deploy changes none.
        if (!isSame(secrets, of)) opened = openAll(secrets)
        of = secrets
      }
      return opened
    },
    seal: (name, kind, value) => cipher.seal({ table: 'secret', name, kind }, JSON.stringify(value)),
  }
}

function isSame(a: Snapshot['secrets'], b: Snapshot['secrets']): boolean {
  return (
    a.length === b.length &&
    a.every(({ name, envelope }, index) => name === b[index]!.name && envelope === b[index]!.envelope)
  )
}
