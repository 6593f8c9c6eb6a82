import type { DatabaseClient } from '@ensue/db'
import { RateLimiterPostgres, RateLimiterRes } from 'rate-limiter-flexible'
import { Refusal } from './refusal.ts'

export interface RateLimitConfig {
  max: number
  perMs: number
}

/** Counts the calls of one webhook in the database, for all processes together. What is over the limit is then refused
 *  without asking the database again until the time is over. */
export function createRateLimit(
  client: DatabaseClient,
  workflowId: string,
  { max, perMs }: RateLimitConfig,
): () => Promise<void> {
  const limiter = new RateLimiterPostgres({
    storeClient: client.pool,
    storeType: 'pool',
    schemaName: 'ensue',
    tableName: 'rate_limit',
    tableCreated: true,
    keyPrefix: 'webhook',
    points: max,
    duration: perMs / 1_000,
    inMemoryBlockOnConsumed: max + 1,
    clearExpiredByTimeout: false,
  })
  return async () => {
    try {
      await limiter.consume(workflowId)
    } catch (error) {
      if (!(error instanceof RateLimiterRes)) throw error
      throw new Refusal('rate_limited', 'limit_exceeded', `The webhook takes ${max} calls in ${perMs} ms. Try later.`, {
        headers: { 'Retry-After': String(Math.max(1, Math.ceil(error.msBeforeNext / 1_000))) },
      })
    }
  }
}
