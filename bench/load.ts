import { connect, type Socket } from 'node:net'

export interface LoadResult {
  requests: number
  errors: number
  seconds: number
  perSecond: number
  p50Ms: number
  p95Ms: number
  p99Ms: number
}

export interface LoadOptions {
  url: string
  connections: number
  /** Stops after so many seconds, … */
  seconds?: number
  /** … or after so many requests. */
  requests?: number
  headers?: Record<string, string>
  body(index: number): string
  /** Is the reply right? Wrong ones are counted as errors. */
  check?(index: number, status: number, body: string): boolean
}

const HEAD_END = Buffer.from('\r\n\r\n')

/** A closed loop: every connection sends its next request when the answer to the last one is there. Bare sockets, so that the
 *  generator takes as little as it can of the cores it shares with the server. */
export async function load(options: LoadOptions): Promise<LoadResult> {
  const url = new URL(options.url)
  const latencies: number[] = []
  let sent = 0
  let errors = 0
  const begin = performance.now()
  const endAt = options.seconds === undefined ? Number.POSITIVE_INFINITY : begin + options.seconds * 1_000
  const most = options.requests ?? Number.POSITIVE_INFINITY
  const extra = Object.entries(options.headers ?? {})
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join('')
  const head = `POST ${url.pathname}${url.search} HTTP/1.1\r\nHost: ${url.host}\r\nContent-Type: application/json\r\n${extra}Content-Length: `

  function drive(socket: Socket): Promise<void> {
    return new Promise((resolve, reject) => {
      let pending: Buffer = Buffer.alloc(0)
      let index = 0
      let startedAt = 0
      function next(): void {
        if (sent >= most || performance.now() >= endAt) {
          socket.end()
          resolve()
          return
        }
        index = sent++
        const body = options.body(index)
        startedAt = performance.now()
        socket.write(`${head}${Buffer.byteLength(body)}\r\n\r\n${body}`)
      }
      socket.on('error', reject)
      socket.on('data', (chunk: Buffer) => {
        pending = pending.length === 0 ? chunk : Buffer.concat([pending, chunk])
        const headEnd = pending.indexOf(HEAD_END)
        if (headEnd < 0) return
        const header = pending.toString('latin1', 0, headEnd)
        const length = Number(/content-length: *(\d+)/i.exec(header)?.[1] ?? Number.NaN)
        if (Number.isNaN(length)) {
          reject(new Error(`A reply without Content-Length:\n${header}`))
          return
        }
        const end = headEnd + 4 + length
        if (pending.length < end) return
        latencies.push(performance.now() - startedAt)
        const status = Number(header.slice(9, 12))
        const body = pending.toString('utf8', headEnd + 4, end)
        if (options.check ? !options.check(index, status, body) : status !== 200) errors += 1
        pending = pending.subarray(end)
        next()
      })
      next()
    })
  }

  const sockets = await Promise.all(
    Array.from(
      { length: options.connections },
      () =>
        new Promise<Socket>((resolve, reject) => {
          const socket = connect(Number(url.port), url.hostname, () => resolve(socket)).once('error', reject)
          socket.setNoDelay(true)
        }),
    ),
  )
  await Promise.all(sockets.map(drive))
  const seconds = (performance.now() - begin) / 1_000
  return {
    requests: latencies.length,
    errors,
    seconds,
    perSecond: latencies.length / seconds,
    ...percentiles(latencies),
  }
}

export function percentiles(values: number[]): { p50Ms: number; p95Ms: number; p99Ms: number } {
  const sorted = values.toSorted((a, b) => a - b)
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
  return { p50Ms: at(0.5), p95Ms: at(0.95), p99Ms: at(0.99) }
}

export function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!
}
