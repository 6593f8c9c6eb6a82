import type { Json } from '../api/types.ts'
import { FormBuilderWidget } from './widgets/FormBuilderWidget.tsx'

interface Props {
  label: string
  description: string
  value: Json | undefined
  onChange: (value: Json | undefined) => void
}

/** A JSON Schema of an object, built field by field or written, outside of a form of a node. */
export function SchemaInput({ label, description, value, onChange }: Props) {
  return (
    <FormBuilderWidget
      schema={{ description }}
      label={label}
      required={false}
      path=""
      value={value}
      onChange={onChange}
      siblings={{}}
      renderForm={() => null}
    />
  )
}
