import { SegmentedControl } from '@mantine/core'
import { useState } from 'react'
import type { JsonObject, Schema } from '../api/types.ts'
import { withMember } from '../lib/json.ts'
import { Fold } from '../ui/Fold.tsx'
import { useFormScope } from './form-scope.ts'
import classes from './forms.module.css'
import { type FormChoice, type FormField, formItems, formParts } from './schema-fields.ts'
import { Widget } from './Widget.tsx'

interface Props {
  schema: Schema
  value: JsonObject
  onChange: (value: JsonObject, changedPath: string) => void
  /** Path of the object in the whole config. */
  path?: string
}

/** A form for an object, derived from its JSON Schema. */
export function SchemaForm({ schema, value, onChange, path = '' }: Props) {
  const { sync, problems } = useFormScope()
  const at = (name: string) => (path === '' ? name : `${path}.${name}`)
  const field = ({ name, schema: part, label, required }: FormField) => (
    <Widget
      key={name}
      schema={part}
      label={label}
      required={required}
      path={at(name)}
      value={value[name]}
      siblings={value}
      onChange={(next) => onChange(withMember(value, name, next), at(name))}
      renderForm={(inner, innerPath, innerValue, innerChange) => (
        <SchemaForm schema={inner} path={innerPath} value={innerValue} onChange={innerChange} />
      )}
    />
  )
  const show = (item: FormField | FormChoice) =>
    'options' in item ? (
      <Choice
        key={item.options.map((option) => option.title).join()}
        choice={item}
        value={value}
        onChange={(next, name) => onChange(next, at(name))}
        render={field}
      />
    ) : (
      field(item)
    )
  const hasProblem = (member: string) =>
    [...problems.keys()].some((problem) => problem === member || problem.startsWith(`${member}.`))
  const { everyday, groups } = formParts(formItems(schema, value, sync))
  return (
    <div className={classes.form}>
      {everyday.map(show)}
      {groups.length > 0 && (
        <div className={classes.advanced}>
          <h3>Advanced</h3>
          {groups.map(({ title, fields }) => {
            const set = fields.filter(({ name }) => value[name] !== undefined)
            const names = (set.length > 0 ? set : fields).map(({ label }) => label)
            return (
              <Fold
                key={title}
                title={title}
                hint={set.length > 0 ? `Set: ${names.join(', ')}` : names.join(', ')}
                opened={set.length > 0}
                held={fields.some(({ name }) => hasProblem(at(name)))}
              >
                <div className={classes.form}>{fields.map(field)}</div>
              </Fold>
            )
          })}
        </div>
      )}
    </div>
  )
}

interface ChoiceProps {
  choice: FormChoice
  value: JsonObject
  onChange: (value: JsonObject, name: string) => void
  render: (field: FormField) => React.ReactNode
}

/** Members of which one is given: choosing one drops the other. */
function Choice({ choice, value, onChange, render }: ChoiceProps) {
  const given = choice.options.findIndex(({ field }) => value[field.name] !== undefined)
  const [chosen, setChosen] = useState(Math.max(0, given))
  const active = given >= 0 ? given : chosen
  const pick = (index: number) => {
    setChosen(index)
    const others = choice.options.filter((_, at) => at !== index).map(({ field }) => field.name)
    const [given] = others.filter((name) => value[name] !== undefined)
    if (given !== undefined)
      onChange(
        others.reduce((left, name) => withMember(left, name, undefined), value),
        given,
      )
  }
  const option = choice.options[active]
  return (
    <div className={classes.form} style={{ gap: 8 }}>
      <SegmentedControl
        size="xs"
        fullWidth
        aria-label={choice.options.map(({ title }) => title).join(' or ')}
        data={choice.options.map(({ title }, index) => ({ label: title, value: String(index) }))}
        value={String(active)}
        onChange={(index) => pick(Number(index))}
      />
      {option && render(option.field)}
    </div>
  )
}
