import { type Db, findSecretCanary, insertSecretCanary, resealSecrets } from '@ensue/db'
import type { Logger } from 'pino'
import type { Config } from '../config.ts'
import { type Cipher, createCipher, keyIdOf, type Place } from './cipher.ts'
import { keyFile, readMasterKeys } from './master-keys.ts'

const CANARY: Place = { table: 'secret_canary', name: '', kind: '' }
const CANARY_TEXT = 'ensue'

/** Reads the master keys and proves them on the database; seals anew with the current key what an older one has sealed.
 *  @throws Error with a sentence for the operator: no key, a malformed one, or another one than the database's */
export async function unlockSecrets(db: Db, config: Config, log: Logger): Promise<Cipher> {
  const before = await findSecretCanary(db)
  const keys = await readMasterKeys(config, before === undefined)
  if (keys.length === 0) throw wrongKey(config, before!)
  const cipher = createCipher(keys)
  if (before === undefined) await insertSecretCanary(db, cipher.seal(CANARY, CANARY_TEXT))
  // Read again: of two first starts with different keys only one may go on.
  const canary = before ?? (await findSecretCanary(db))!
  if (cipher.open(CANARY, canary) !== CANARY_TEXT) throw wrongKey(config, canary)
  if (!cipher.isCurrent(canary)) await rotate(db, cipher, log)
  return cipher
}

async function rotate(db: Db, cipher: Cipher, log: Logger): Promise<void> {
  const lost: string[] = []
  const secrets = await resealSecrets(db, cipher.seal(CANARY, CANARY_TEXT), ({ name, kind, envelope }) => {
    if (cipher.isCurrent(envelope)) return undefined
    const place: Place = { table: 'secret', name, kind }
    const text = cipher.open(place, envelope)
    if (text === undefined) lost.push(name)
    return text === undefined ? undefined : cipher.seal(place, text)
  })
  log.info({ secrets }, 'secrets were encrypted anew with the current key')
  if (lost.length > 0) log.error({ secrets: lost }, 'secrets can not be decrypted with any of the keys; set them again')
}

function wrongKey({ secretKey, dataDir }: Config, canary: string): Error {
  const given =
    secretKey === undefined
      ? `the key file ${keyFile(dataDir)} holds another one or is missing`
      : 'another one is given'
  return new Error(
    `The secrets in this database are encrypted with the master key ${keyIdOf(canary)}, and ${given}. ` +
      'Set ENSUE_SECRET_KEY to that key; several servers on one database need the same. ' +
      'To change the key, put the new one first and the old one after a comma.',
  )
}
