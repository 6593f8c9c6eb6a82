/** The JSON values of a stream of server-sent events as tRPC sends them, until its `return` event. */
export async function* readEvents<Value>(body: ReadableStream<Uint8Array>): AsyncGenerator<Value> {
  const reader = body.pipeThrough(new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>).getReader()
  let pending = ''
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return
      pending += value
      const events = pending.split('\n\n')
      pending = events.pop() ?? ''
      for (const event of events) {
        const fields = new Map(
          event.split('\n').map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).trim()]),
        )
        const name = fields.get('event')
        if (name === 'return') return
        const data = fields.get('data')
        if (name === 'serialized-error') throw new Error(data)
        if (name === undefined && data !== undefined && data !== '') yield JSON.parse(data) as Value
      }
    }
  } finally {
    await reader.cancel().catch(() => {})
  }
}
