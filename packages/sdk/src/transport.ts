import type { AppRouter } from '@ensue/server/router'
import { createTRPCUntypedClient, httpLink, TRPCClientError } from '@trpc/client'
import type { inferRouterInputs, inferRouterOutputs } from '@trpc/server'
import { EnsueError, type ErrorItem } from './errors.ts'
import { readEvents } from './read-events.ts'

export type Inputs = inferRouterInputs<AppRouter>
export type Outputs = inferRouterOutputs<AppRouter>

export interface ClientOptions {
  /** Where the server is, e.g. `https://ensue.example.com`; the page's own origin by default. */
  url?: string
  /** A session token of `auth.signIn`. */
  token?: string
  apiKey?: string
  /** One of the user's roles; the first one by default. */
  role?: string
  /** Longest wait for an answer. Default 60,000. */
  timeoutMs?: number
  /** How often a query is tried again after a lost connection or a 503. Default 2. */
  retries?: number
  fetch?: typeof fetch
}

export interface CallOptions {
  signal?: AbortSignal
}

/** One procedure of the API, by noun and verb. */
export interface Api {
  query<N extends keyof Inputs, V extends keyof Inputs[N] & keyof Outputs[N] & string>(
    noun: N,
    verb: V,
    input?: Inputs[N][V],
    options?: CallOptions,
  ): Promise<Outputs[N][V]>
  mutate<N extends keyof Inputs, V extends keyof Inputs[N] & keyof Outputs[N] & string>(
    noun: N,
    verb: V,
    input?: Inputs[N][V],
    options?: CallOptions,
  ): Promise<Outputs[N][V]>
  /** The values of a subscription, until it ends or the signal says so. */
  subscribe<Value>(procedure: string, input: unknown, options?: CallOptions): AsyncGenerator<Value>
}

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

export function createApi(options: ClientOptions): Api {
  const { timeoutMs = 60_000, retries = 2, fetch: send = globalThis.fetch.bind(globalThis) } = options
  const url = (options.url ?? '').replace(/\/+$/, '')
  const headers: Record<string, string> = {}
  const token = options.token ?? options.apiKey
  if (token !== undefined) headers.authorization = `Bearer ${token}`
  if (options.role !== undefined) headers['x-role'] = options.role

  async function fetchWithTimeout(input: string | URL | Request, init: RequestInit = {}): Promise<Response> {
    const timeout = AbortSignal.timeout(timeoutMs)
    const signal = init.signal ? AbortSignal.any([init.signal, timeout]) : timeout
    // Only what reads is tried again by itself: a write may have been done although its answer was lost.
    const tries = init.method === 'GET' ? retries + 1 : 1
    for (let attempt = 1; ; attempt++) {
      try {
        const response = await send(input, { ...init, signal })
        if (response.status !== 503 || attempt === tries) return response
        await sleep(Number(response.headers.get('retry-after') ?? 0) * 1_000 || backoff(attempt))
      } catch (error) {
        if (init.signal?.aborted) throw error
        if (timeout.aborted) throw new EnsueError('timeout', `No answer came within ${timeoutMs} ms.`, { cause: error })
        if (attempt === tries) throw new EnsueError('network', 'The server cannot be reached.', { cause: error })
        await sleep(backoff(attempt))
      }
    }
  }

  const trpc = createTRPCUntypedClient<AppRouter>({
    links: [httpLink({ url: `${url}/trpc`, headers: () => headers, fetch: fetchWithTimeout as never })],
  })

  async function translated<T>(call: Promise<unknown>): Promise<T> {
    try {
      return (await call) as T
    } catch (error) {
      throw toEnsueError(error)
    }
  }

  return {
    query: (noun, verb, input, { signal } = {}) =>
      translated(trpc.query(`${String(noun)}.${verb}`, input, signal ? { signal } : {})),
    mutate: (noun, verb, input, { signal } = {}) =>
      translated(trpc.mutation(`${String(noun)}.${verb}`, input, signal ? { signal } : {})),
    async *subscribe<Value>(procedure: string, input: unknown, { signal }: CallOptions = {}) {
      const query = encodeURIComponent(JSON.stringify(input))
      const response = await send(`${url}/trpc/${procedure}?input=${query}`, {
        headers: { ...headers, accept: 'text/event-stream' },
        ...(signal ? { signal } : {}),
      })
      if (!response.ok || !response.body) throw await refusal(response)
      yield* readEvents<Value>(response.body)
    },
  }
}

function backoff(attempt: number): number {
  return 200 * 2 ** (attempt - 1) * (0.5 + Math.random())
}

interface ErrorData {
  code: string
  path: string | null
  items: ErrorItem[]
  details: Record<string, unknown>
  requestId: string | null
  httpStatus: number
}

function toEnsueError(error: unknown): unknown {
  if (!(error instanceof TRPCClientError)) return error
  if (error.cause instanceof EnsueError) return error.cause
  const data = error.data as ErrorData | null | undefined
  if (!data) return new EnsueError('network', error.message, { cause: error })
  const { code, path, items, details, requestId, httpStatus } = data
  return new EnsueError(code, error.message, { status: httpStatus, path, items, details, requestId, cause: error })
}

async function refusal(response: Response): Promise<EnsueError> {
  const body = (await response.json().catch(() => undefined)) as
    | { error?: { message: string; data: ErrorData } }
    | undefined
  const { message = `The server answered ${response.status}.`, data } = body?.error ?? {}
  return new EnsueError(data?.code ?? 'internal', message, { ...data, status: response.status })
}
