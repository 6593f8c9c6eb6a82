import { ActionIcon, TextInput } from '@mantine/core'
import { IconX } from '@tabler/icons-react'
import { useState } from 'react'
import type { Json, JsonObject } from '../../api/types.ts'
import { asText, isObject } from '../../lib/json.ts'
import { AddButton } from '../../ui/AddButton.tsx'
import { ExpressionInput } from '../ExpressionInput.tsx'
import { FieldFrame } from '../FieldFrame.tsx'
import { useFormScope, type WidgetProps } from '../form-scope.ts'
import classes from '../forms.module.css'
import { parseValue } from '../schema-fields.ts'

interface Pair {
  id: number
  name: string
  value: Json
}

let lastId = 0
const toPairs = (object: JsonObject): Pair[] =>
  Object.entries(object).map(([name, value]) => {
    lastId += 1
    return { id: lastId, name, value }
  })
const toObject = (pairs: Pair[]): JsonObject =>
  Object.fromEntries(pairs.flatMap(({ name, value }) => (name === '' ? [] : [[name, value]])))

/** Names with values. Rows without a name are kept on the screen only. */
export function KeyValueWidget({ schema, label, required, path, value, onChange }: WidgetProps) {
  const { problems } = useFormScope()
  const object = isObject(value) ? value : {}
  const [pairs, setPairs] = useState(() => toPairs(object))
  const [known, setKnown] = useState(JSON.stringify(object))
  if (JSON.stringify(object) !== known) {
    setKnown(JSON.stringify(object))
    setPairs(toPairs(object))
  }
  const textOnly = typeof schema.additionalProperties === 'object' && schema.additionalProperties.type === 'string'
  const change = (next: Pair[]) => {
    setPairs(next)
    const made = toObject(next)
    setKnown(JSON.stringify(made))
    onChange(Object.keys(made).length === 0 && !required ? undefined : made)
  }
  const edit = (id: number, part: Partial<Pair>) =>
    change(pairs.map((pair) => (pair.id === id ? { ...pair, ...part } : pair)))
  return (
    <FieldFrame label={label} description={schema.description} required={required} error={problems.get(path)}>
      <div className={classes.rows}>
        {pairs.map((pair) => (
          <div key={pair.id} className={classes.row}>
            <TextInput
              aria-label={`${label}: name`}
              placeholder="name"
              value={pair.name}
              onChange={(event) => edit(pair.id, { name: event.currentTarget.value })}
              w={120}
              error={problems.has(`${path}.${pair.name}`)}
            />
            <div className="grow" style={{ flex: 1, minWidth: 0 }}>
              <ExpressionInput
                label={`${label}: value of ${pair.name || 'the new row'}`}
                hideLabel
                secret={schema.secret === true}
                placeholder="value"
                value={asText(pair.value)}
                error={problems.get(`${path}.${pair.name}`)}
                onChange={(text) => edit(pair.id, { value: textOnly ? text : parseValue(text) })}
              />
            </div>
            <ActionIcon
              className={classes.remove}
              onClick={() => change(pairs.filter(({ id }) => id !== pair.id))}
              aria-label={`Remove ${pair.name || 'the row'}`}
            >
              <IconX size={14} />
            </ActionIcon>
          </div>
        ))}
        <AddButton
          onClick={() => {
            lastId += 1
            setPairs([...pairs, { id: lastId, name: '', value: '' }])
          }}
        >
          Add
        </AddButton>
      </div>
    </FieldFrame>
  )
}
