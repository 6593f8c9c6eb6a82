import type { AppRouter } from '@ensue/server/router'
import { createTRPCUntypedClient, httpLink, TRPCClientError } from '@trpc/client'
import type { inferRouterInputs, inferRouterOutputs } from '@trpc/server'
import { EnsueError } from './errors.ts'
import { abortError, fetchJson } from './fetch-json.ts'
import { subscribe } from './subscribe.ts'
import { fromRest, fromTrpc, type TrpcFailure } from './to-ensue-error.ts'

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
  /** Longest wait for an answer, repeated attempts included. Default 60,000. */
  timeoutMs?: number
  /** How often a query is tried again after a lost connection or a 502, 503 or 504. Writes never are. Default 2. */
  retries?: number
  fetch?: typeof fetch
}

export interface CallOptions {
  signal?: AbortSignal
}

export interface SubscribeOptions<Value> extends CallOptions {
  /** Nothing follows this value. */
  isLast(value: Value): boolean
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
  /** The values of a subscription, over as many connections as it takes. */
  subscribe<Value>(procedure: string, input: unknown, options: SubscribeOptions<Value>): AsyncGenerator<Value>
}

/** Servers and proxies refuse longer URLs; Node's limit for all headers together is 16 kB. */
const MAX_QUERY_CHARS = 6_000

export function createApi(options: ClientOptions): Api {
  const { timeoutMs = 60_000, retries = 2, fetch: send = globalThis.fetch.bind(globalThis) } = options
  const url = (options.url ?? '').replace(/\/+$/, '')
  const headers: Record<string, string> = {}
  const token = options.token ?? options.apiKey
  if (token !== undefined) headers.authorization = `Bearer ${token}`
  if (options.role !== undefined) headers['x-role'] = options.role

  const safe = { send, timeoutMs, tries: retries + 1 }
  const unsafe = { send, timeoutMs, tries: 1 }

  const trpc = createTRPCUntypedClient<AppRouter>({
    links: [
      httpLink({
        url: `${url}/trpc`,
        headers: () => headers,
        fetch: async (target, init) => {
          const { status, ok, body } = await fetchJson(
            String(target),
            init as RequestInit,
            init?.method === 'GET' ? safe : unsafe,
          )
          if (!isTrpc(body)) throw fromRest({ status, ok, body })
          return { status, ok, json: async () => body }
        },
      }),
    ],
  })

  async function translated<T>(call: Promise<unknown>, signal: AbortSignal | undefined): Promise<T> {
    try {
      return (await call) as T
    } catch (error) {
      throw toEnsueError(error, signal)
    }
  }

  /** A query whose input is too long for a URL, as `POST /api/<noun>:<verb>`. */
  async function queryByPost(noun: string, verb: string, input: string, signal?: AbortSignal): Promise<unknown> {
    const init = { method: 'POST', headers: { ...headers, 'content-type': 'application/json' }, body: input }
    const reply = await fetchJson(`${url}/api/${noun}:${verb}`, { ...init, ...(signal ? { signal } : {}) }, safe)
    if (!reply.ok) throw fromRest(reply)
    const body = reply.body as { data: unknown; meta?: unknown }
    // REST puts what is no `{ data, meta? }` by itself into one.
    return noun === 'records' || 'meta' in body ? body : body.data
  }

  return {
    query(noun, verb, input, { signal } = {}) {
      const text = JSON.stringify(input) ?? ''
      const call =
        encodeURIComponent(text).length > MAX_QUERY_CHARS
          ? queryByPost(String(noun), verb, text, signal)
          : trpc.query(`${String(noun)}.${verb}`, input, signal ? { signal } : {})
      return translated(call, signal)
    },
    mutate: (noun, verb, input, { signal } = {}) =>
      translated(trpc.mutation(`${String(noun)}.${verb}`, input, signal ? { signal } : {}), signal),
    subscribe(procedure, input, { signal, isLast }) {
      const query = encodeURIComponent(JSON.stringify(input))
      return subscribe({
        open: (connection) =>
          send(`${url}/trpc/${procedure}?input=${query}`, {
            headers: { ...headers, accept: 'text/event-stream' },
            signal: connection,
          }),
        isLast,
        signal,
        patienceMs: timeoutMs,
      })
    },
  }
}

/** A proxy or another server may answer with JSON of its own. */
function isTrpc(body: unknown): boolean {
  return typeof body === 'object' && body !== null && ('result' in body || 'error' in body)
}

function toEnsueError(error: unknown, signal: AbortSignal | undefined): unknown {
  if (error instanceof EnsueError) return error
  const cause = error instanceof TRPCClientError ? error.cause : undefined
  if (cause instanceof EnsueError) return cause
  if (signal?.aborted) return abortError(signal)
  if (!(error instanceof TRPCClientError)) return error
  return fromTrpc({ message: error.message, data: error.data as TrpcFailure['data'] }, 0, error)
}
