import type { Api, CallOptions, Inputs, Outputs } from '../transport.ts'

type In = Inputs['records']
type Without<Verb extends keyof In> = Omit<In[Verb], 'collection'>
export type Id = string | number
export type Triggered = Outputs['records']['create']['triggered'][number]

/** Workflows to start with a call: `'key'`, `'key!association'`, or objects. */
export type TriggerWorkflows = (string | { workflow: string; association?: string })[]

export interface WriteOptions extends CallOptions {
  triggerWorkflows?: TriggerWorkflows
  /** What to do about a workflow that can't be triggered. Default `refuse`: nothing is written. */
  onInvalidTrigger?: 'refuse' | 'ignore'
  /** Fail the call when a sync workflow fails; what was written stays. */
  failOnWorkflow?: boolean
  /** A second call with the same key writes nothing: it gets what the first has written, and its runs. */
  idempotencyKey?: string
}

export type TriggerOptions = Omit<WriteOptions, 'triggerWorkflows'>

export interface Written<Data> {
  data: Data
  triggered: Triggered[]
}

/** Any fields; null empties one. */
type Values<Row> = { [Field in keyof Row]?: Row[Field] | null }

/** The calls on one collection. `Row` is the shape of its records. */
export function collectionOf<Row>(api: Api, collection: string) {
  type Saved = Row & { id: Id }
  const writing = ({ signal, triggerWorkflows, ...rest }: WriteOptions = {}) => ({
    input: { ...rest, ...(triggerWorkflows ? { triggerWorkflows: triggerWorkflows.map(toTrigger) } : {}) },
    options: signal ? { signal } : {},
  })
  async function write<Data>(
    verb: 'create' | 'update' | 'destroy' | 'upsert' | 'firstOrCreate' | 'add' | 'set' | 'remove' | 'trigger',
    input: object,
    more?: WriteOptions,
  ) {
    const { input: triggers, options } = writing(more)
    return (await api.mutate('records', verb, { ...input, ...triggers, collection } as never, options)) as Written<Data>
  }

  async function list(input: Without<'list'> = {}, options?: CallOptions) {
    const { data, meta } = await api.query('records', 'list', { ...input, collection }, options)
    return { data: data as Saved[], meta }
  }

  return {
    /** A page of records: by `page`, with the total, or after the cursor in `meta.next` of the page before. */
    list,
    /** Every record that the filter matches, read page by page (of 200) in the order of `sort`, else of the ids. */
    async *iterate(input: Omit<Without<'list'>, 'page' | 'after'> = {}, options?: CallOptions): AsyncGenerator<Saved> {
      let after: string | undefined
      do {
        const { data, meta } = await list({ pageSize: 200, ...input, ...(after ? { after } : {}) }, options)
        yield* data
        after = meta.next
      } while (after)
    },
    async get(id: Id, input: Omit<Without<'get'>, 'id'> = {}, options?: CallOptions) {
      return (await api.query('records', 'get', { ...input, id, collection }, options)).data as Saved
    },
    async count(filter?: In['count']['filter'], options?: CallOptions) {
      return (await api.query('records', 'count', { collection, ...(filter === undefined ? {} : { filter }) }, options))
        .data
    },
    async aggregate(input: Without<'aggregate'>, options?: CallOptions) {
      return (await api.query('records', 'aggregate', { ...input, collection }, options)).data
    },
    create: (values: Values<Row>, options?: WriteOptions) => write<Saved>('create', { values }, options),
    createMany: (values: Values<Row>[], options?: WriteOptions) => write<Saved[]>('create', { values }, options),
    update: (id: Id, values: Values<Row>, options?: WriteOptions) => write<Saved>('update', { id, values }, options),
    /** Updates all records that the filter matches. */
    updateMany: (filter: In['count']['filter'], values: Values<Row>, options?: WriteOptions) =>
      write<Saved[]>('update', { filter, values }, options),
    destroy: (id: Id, options?: WriteOptions) => write<Saved>('destroy', { id }, options),
    destroyMany: (filter: In['count']['filter'], options?: WriteOptions) =>
      write<Saved[]>('destroy', { filter }, options),
    /** Updates the record that has the values of `keys`, or creates it. */
    upsert: (values: Values<Row>, keys: string[], options?: WriteOptions) =>
      write<Saved>('upsert', { values, keys }, options),
    firstOrCreate: (values: Values<Row>, keys: string[], options?: WriteOptions) =>
      write<Saved>('firstOrCreate', { values, keys }, options),
    /** Links records of an association; objects are created. */
    add: (id: Id, association: string, values: unknown[], options?: WriteOptions) =>
      write<unknown>('add', { id, association, values }, options),
    /** Links just these records of an association. */
    set: (id: Id, association: string, values: unknown[], options?: WriteOptions) =>
      write<unknown>('set', { id, association, values }, options),
    remove: (id: Id, association: string, values: Id[], options?: WriteOptions) =>
      write<unknown>('remove', { id, association, values }, options),
    /** Starts workflows on a record, or on those of `ids` or `filter`, without changing them. `input` is what a custom action asks for. */
    trigger: <Which extends Id | Pick<In['trigger'], 'ids' | 'filter'>>(
      which: Which,
      triggerWorkflows: TriggerWorkflows,
      input: Record<string, unknown> = {},
      options?: TriggerOptions,
    ) =>
      write<Which extends Id ? Saved : Saved[]>(
        'trigger',
        { ...(typeof which === 'object' ? which : { id: which }), values: input },
        { ...options, triggerWorkflows },
      ),
  }
}

export function toTrigger(trigger: TriggerWorkflows[number]): { workflow: string; association?: string } {
  if (typeof trigger !== 'string') return trigger
  const [workflow = '', association] = trigger.split('!')
  return { workflow, ...(association === undefined ? {} : { association }) }
}
