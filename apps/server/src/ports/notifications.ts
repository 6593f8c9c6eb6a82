import { insertNotifications, type Trx } from '@ensue/db'
import type { Notifications } from '@ensue/engine'

/** Notifications as nodes send them: rows of the node's own transaction, so they are there exactly once. */
export const notifications: Notifications = {
  send: (tx, { users, roles, title = null, text, link = null, executionId }) =>
    insertNotifications(tx as unknown as Trx, { users, roles }, { title, text, link, executionId }),
}
