import { canChange } from '@ensue/db'
import type { ValidationEnv } from '@ensue/engine'
import { followPath } from '../actions/association-path.ts'
import { jsonSchemaProblem } from '../http/json-schema.ts'
import type { Snapshot } from '../registry.ts'

/** What a definition may refer to in this installation. */
export function validationEnv({ collections, workflows, roles, secrets }: Snapshot): ValidationEnv {
  return {
    collection(name) {
      const collection = collections.find(name)
      return (
        collection && {
          fields: [...collection.columns.keys(), ...collection.associations.keys()],
          fieldType: (name) => collection.columns.get(name)?.type,
          readOnly: collection.readOnly,
          canChange: (name) => canChange(collection, name),
          association: (path) => followPath(collection, path)?.name,
        }
      )
    },
    workflowKeys: new Set(workflows.keys()),
    workflow(key) {
      const live = workflows.get(key)?.live?.definition
      return live && { trigger: live.trigger.type, sync: live.sync }
    },
    roles: new Set(roles.keys()),
    jsonSchemaProblem,
    secrets: new Map(secrets.map(({ name, kind }) => [name, kind])),
  }
}
