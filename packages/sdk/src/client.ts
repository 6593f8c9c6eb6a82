import { apiKeys } from './resources/api-keys.ts'
import { audit } from './resources/audit.ts'
import { auth } from './resources/auth.ts'
import { collections } from './resources/collections.ts'
import { eventTypes } from './resources/event-types.ts'
import { events } from './resources/events.ts'
import { executions } from './resources/executions.ts'
import { nodes } from './resources/nodes.ts'
import { notifications } from './resources/notifications.ts'
import { collectionOf } from './resources/records.ts'
import { roles } from './resources/roles.ts'
import { schedules } from './resources/schedules.ts'
import { secrets } from './resources/secrets.ts'
import { system } from './resources/system.ts'
import { tasks } from './resources/tasks.ts'
import { users } from './resources/users.ts'
import { variables } from './resources/variables.ts'
import { versions } from './resources/versions.ts'
import { views } from './resources/views.ts'
import { webhooks } from './resources/webhooks.ts'
import { workflows } from './resources/workflows.ts'
import { type ClientOptions, createApi } from './transport.ts'

/** What an installation holds, for types: the records of each collection. */
export interface Schema {
  collections: Record<string, object>
}

/** Without a schema: any collection, any fields. */
export interface AnySchema {
  collections: Record<string, Record<string, unknown>>
}

/** A client of the whole API. Makes no request by itself and keeps no state but its options.
 *
 *  ```ts
 *  const ensue = createClient<{ collections: { orders: { title: string } } }>({ url, token })
 *  const { data, triggered } = await ensue.collection('orders').create({ title }, { triggerWorkflows: ['k1'] })
 *  ``` */
export function createClient<S extends Schema = AnySchema>(options: ClientOptions = {}) {
  const api = createApi(options)
  return {
    /** The records of a collection. */
    collection: <Name extends keyof S['collections'] & string>(name: Name) =>
      collectionOf<S['collections'][Name]>(api, name),
    /** The same client with a token, e.g. of `auth.signIn`. */
    withToken: (token: string) => createClient<S>({ ...options, token }),
    /** The same client with other options, e.g. in another role. */
    with: (changed: Partial<ClientOptions>) => createClient<S>({ ...options, ...changed }),
    apiKeys: apiKeys(api),
    audit: audit(api),
    auth: auth(api),
    collections: collections(api),
    events: events(api),
    eventTypes: eventTypes(api),
    executions: executions(api),
    nodes: nodes(api),
    notifications: notifications(api),
    roles: roles(api),
    schedules: schedules(api),
    secrets: secrets(api),
    system: system(api),
    tasks: tasks(api),
    users: users(api),
    variables: variables(api),
    versions: versions(api),
    views: views(api),
    webhooks: webhooks(api),
    workflows: workflows(api),
  }
}

export type Client<S extends Schema = AnySchema> = ReturnType<typeof createClient<S>>
