import type { JsonObject, Schema } from '../../api/types.ts'
import { SchemaForm } from '../../forms/SchemaForm.tsx'
import { SchedulePreview } from './SchedulePreview.tsx'

interface Props {
  schema: Schema
  value: JsonObject
  onChange: (value: JsonObject, changedPath: string) => void
}

// What is set first, with the answer right below it; the rest has defaults.
const WHEN = new Set(['cron', 'everyMs', 'dateField', 'timeZone'])

function part(schema: Schema, isWanted: (name: string) => boolean): Schema {
  const properties = Object.entries(schema.properties ?? {}).filter(([name]) => isWanted(name))
  return { ...schema, properties: Object.fromEntries(properties) }
}

/** The form of a schedule, with its next runs. */
export function ScheduleForm({ schema, value, onChange }: Props) {
  return (
    <>
      <SchemaForm schema={part(schema, (name) => WHEN.has(name))} value={value} onChange={onChange} />
      <SchedulePreview config={value} />
      <SchemaForm schema={part(schema, (name) => !WHEN.has(name))} value={value} onChange={onChange} />
    </>
  )
}
