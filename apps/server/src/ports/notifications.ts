import { insertNotifications, type Trx } from '@ensue/db'
import type { Masker, Notifications } from '@ensue/engine'

/** Notifications as nodes send them: rows of the node's own transaction, so they are there exactly once. What a run before its first
 *  flush has in memory only may hold the value of a secret, as it was received. */
export function createNotifications(masker: () => Masker): Notifications {
  return {
    send(tx, { users, roles, title = null, text, link = null, executionId }) {
      const shown = masker().json({ title, text, link })
      return insertNotifications(tx as unknown as Trx, { users, roles }, { ...shown, executionId })
    },
  }
}
