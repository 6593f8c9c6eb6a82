import { useState } from 'react'
import type { Definition, Json, NodeDefinition } from '../../api/types.ts'
import { JsonInput } from '../../forms/JsonInput.tsx'
import { isObject } from '../../lib/json.ts'
import classes from './editor.module.css'
import type { Draft } from './use-draft.ts'

/** Only a document that the canvas can draw becomes the draft; the rest is for the server to judge. */
function toDefinition(value: Json | undefined): Definition | undefined {
  if (!isObject(value) || !isObject(value.trigger) || !Array.isArray(value.nodes)) return undefined
  return { sync: false, options: {}, ...value } as unknown as Definition
}

/** The members in the order in which one reads them; the database has its own. */
function inOrder({ sync, trigger, nodes, options, ...rest }: Definition): Json {
  return { sync, trigger, nodes: nodes.map(nodeInOrder), options, ...rest } as unknown as Json
}

function nodeInOrder({ key, type, title, config, branches, ...rest }: NodeDefinition): object {
  const inner = Object.entries(branches ?? {}).map(([name, list]) => [name, list.map(nodeInOrder)])
  return { key, type, title, config, ...rest, ...(branches ? { branches: Object.fromEntries(inner) } : {}) }
}

/** The definition as it is exported. */
export function JsonPanel({ draft }: { draft: Draft }) {
  const [shown, setShown] = useState(() => ({ definition: draft.definition, value: inOrder(draft.definition) }))
  // Undo, or a change from elsewhere; what is typed here stays as it was typed.
  if (shown.definition !== draft.definition)
    setShown({ definition: draft.definition, value: inOrder(draft.definition) })
  return (
    <div className={classes.json}>
      <JsonInput
        label="Definition"
        description="The whole workflow as one portable document. Edits are saved like those on the canvas."
        value={shown.value}
        onChange={(value) => {
          const definition = toDefinition(value)
          if (!definition || value === undefined) return
          setShown({ definition, value })
          draft.change(() => definition, 'json')
        }}
        maxHeight="none"
        minHeight={300}
      />
    </div>
  )
}
