import { followPath } from '@ensue/db'
import type { ValidationEnv } from '@ensue/engine'
import type { Snapshot } from '../registry.ts'

/** What a definition may refer to in this installation. */
export function validationEnv({ collections, workflows, roles }: Snapshot): ValidationEnv {
  return {
    collection(name) {
      const collection = collections.get(name)
      return (
        collection && {
          fields: [...collection.columns.keys(), ...collection.associations.keys()],
          association: (path) => followPath(collections, collection, path)?.target.name,
        }
      )
    },
    workflowKeys: new Set(workflows.keys()),
    roles: new Set(roles.keys()),
  }
}
