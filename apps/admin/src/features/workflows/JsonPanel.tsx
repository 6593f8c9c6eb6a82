import type { Definition, Json } from '../../api/types.ts'
import { JsonInput } from '../../forms/JsonInput.tsx'
import { isObject } from '../../lib/json.ts'
import classes from './editor.module.css'
import type { Draft } from './use-draft.ts'

/** Only a document that the canvas can draw becomes the draft; the rest is for the server to judge. */
function toDefinition(value: Json | undefined): Definition | undefined {
  if (!isObject(value) || !isObject(value.trigger) || !Array.isArray(value.nodes)) return undefined
  return { sync: false, options: {}, ...value } as unknown as Definition
}

/** The definition as it is stored and exported. */
export function JsonPanel({ draft }: { draft: Draft }) {
  return (
    <div className={classes.json}>
      <JsonInput
        label="Definition"
        description="The whole workflow as one portable document. Edits are saved like those on the canvas."
        value={draft.definition as unknown as Json}
        onChange={(value) => {
          const definition = toDefinition(value)
          if (definition) draft.change(() => definition, 'json')
        }}
        maxHeight="none"
        minHeight={300}
      />
    </div>
  )
}
