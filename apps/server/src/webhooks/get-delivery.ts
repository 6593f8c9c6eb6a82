import { findDelivery } from '@ensue/db'
import { AppError } from '@ensue/engine/core'
import { z } from 'zod'
import type { App, Caller } from '../context.ts'
import { requirePermission } from '../roles/permissions.ts'
import type { deliverySchema } from './schemas.ts'

export const deliveryId = z.object({ id: z.uuid('This is not the id of a delivery.') })

const utf8 = new TextDecoder('utf-8', { fatal: true })

function readText(body: Buffer): { body: string; bodyEncoding: 'utf8' | 'base64' } {
  try {
    return { body: utf8.decode(body), bodyEncoding: 'utf8' }
  } catch {
    return { body: body.toString('base64'), bodyEncoding: 'base64' }
  }
}

/** One delivery with its headers and body. @throws AppError forbidden, not_found */
export async function getDelivery(
  app: App,
  caller: Caller,
  { id }: z.infer<typeof deliveryId>,
): Promise<z.infer<typeof deliverySchema>> {
  requirePermission(app, caller.principal, 'workflows.view')
  const row = await findDelivery(app.client.db, id)
  if (!row) throw new AppError('not_found', `There is no delivery ${id}.`, { path: 'id' })
  const { body, headers, ...rest } = row
  return {
    ...rest,
    headers: headers as Record<string, string>,
    ...readText(body),
    bodyComplete: body.length === row.bodyBytes,
  }
}
