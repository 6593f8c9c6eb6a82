import { Switch, TextInput } from '@mantine/core'
import type { ComponentType } from 'react'
import { asText, isObject } from '../lib/json.ts'
import { ExpressionInput } from './ExpressionInput.tsx'
import { useFormScope, type WidgetProps } from './form-scope.ts'
import classes from './forms.module.css'
import { matchesPath, parseValue, widgetOf } from './schema-fields.ts'
import { CodeWidget, JsonWidget } from './widgets/CodeWidgets.tsx'
import { ConditionsWidget } from './widgets/ConditionsWidget.tsx'
import { CredentialWidget } from './widgets/CredentialWidget.tsx'
import { DurationWidget } from './widgets/DurationWidget.tsx'
import { FilterWidget } from './widgets/FilterWidget.tsx'
import { FormBuilderWidget } from './widgets/FormBuilderWidget.tsx'
import { KeyValueWidget } from './widgets/KeyValueWidget.tsx'
import { ListWidget } from './widgets/ListWidget.tsx'
import {
  AppendsWidget,
  CollectionWidget,
  EventWidget,
  FieldsWidget,
  FieldWidget,
  MultiSelectWidget,
  RolesWidget,
  SelectWidget,
  SortWidget,
  TagsWidget,
  TimeZoneWidget,
  UsersWidget,
  WorkflowWidget,
} from './widgets/SelectWidgets.tsx'
import { ValuesWidget } from './widgets/ValuesWidget.tsx'
import { VariantWidget } from './widgets/VariantWidget.tsx'

function useError(path: string): string | undefined {
  return useFormScope().problems.get(path)
}

/** Names and the like, in which expressions have no meaning. */
function PlainTextWidget({ schema, label, required, path, value, onChange }: WidgetProps) {
  return (
    <TextInput
      label={label}
      withAsterisk={required}
      description={schema.description}
      placeholder={schema.placeholder}
      error={useError(path)}
      type={schema.writeOnly ? 'password' : 'text'}
      autoComplete="off"
      value={asText(value)}
      onChange={(event) => onChange(event.currentTarget.value === '' ? undefined : event.currentTarget.value)}
    />
  )
}

function TextWidget({ schema, label, required, path, value, onChange }: WidgetProps) {
  return (
    <ExpressionInput
      label={label}
      required={required}
      description={schema.description}
      placeholder={schema.placeholder}
      error={useError(path)}
      multiline={(schema.maxLength ?? 0) >= 5_000 && schema.secret !== true}
      value={asText(value)}
      onChange={(text) => onChange(text === '' ? undefined : text)}
    />
  )
}

function NumberWidget({ schema, label, required, path, value, onChange }: WidgetProps) {
  return (
    <ExpressionInput
      label={label}
      required={required}
      description={schema.description}
      placeholder={schema.placeholder ?? asText(schema.default)}
      error={useError(path)}
      value={asText(value)}
      onChange={(text) => onChange(text.trim() === '' ? undefined : parseValue(text.trim()))}
    />
  )
}

function ExpressionWidget({ schema, label, required, path, value, onChange }: WidgetProps) {
  const { bare } = useFormScope()
  const isBare = bare.some((pattern) => matchesPath(path, pattern))
  return (
    <ExpressionInput
      label={label}
      required={required}
      description={schema.description}
      placeholder={schema.placeholder}
      error={useError(path)}
      bare={isBare}
      value={asText(value)}
      onChange={(text) => onChange(text === '' ? undefined : isBare ? text : parseValue(text))}
    />
  )
}

function SwitchWidget({ schema, label, value, onChange }: WidgetProps) {
  const checked = (value ?? schema.default) === true
  return (
    <Switch
      label={label}
      description={schema.description}
      checked={checked}
      onChange={(event) => onChange(event.currentTarget.checked)}
    />
  )
}

function ObjectWidget({ schema, label, path, value, onChange, renderForm }: WidgetProps) {
  const error = useError(path)
  return (
    <fieldset className={classes.group}>
      <legend>{label}</legend>
      {schema.description && <div className={classes.description}>{schema.description}</div>}
      {error && <div className={classes.error}>{error}</div>}
      {renderForm(schema, path, isObject(value) ? value : {}, (next) =>
        onChange(Object.keys(next).length === 0 ? undefined : next),
      )}
    </fieldset>
  )
}

const WIDGETS: Record<string, ComponentType<WidgetProps>> = {
  text: PlainTextWidget,
  template: TextWidget,
  number: NumberWidget,
  expression: ExpressionWidget,
  switch: SwitchWidget,
  object: ObjectWidget,
  list: ListWidget,
  variant: VariantWidget,
  select: SelectWidget,
  multiSelect: MultiSelectWidget,
  collection: CollectionWidget,
  field: FieldWidget,
  fields: FieldsWidget,
  appends: AppendsWidget,
  sort: SortWidget,
  users: UsersWidget,
  roles: RolesWidget,
  workflow: WorkflowWidget,
  credential: CredentialWidget,
  event: EventWidget,
  tags: TagsWidget,
  duration: DurationWidget,
  timeZone: TimeZoneWidget,
  filter: FilterWidget,
  values: ValuesWidget,
  conditions: ConditionsWidget,
  keyValue: KeyValueWidget,
  jsonSchema: FormBuilderWidget,
  json: JsonWidget,
  code: CodeWidget,
}

/** The control of one member, by its `widget`. */
export function Widget(props: WidgetProps) {
  const Control = WIDGETS[widgetOf(props.schema)] ?? JsonWidget
  return <Control {...props} />
}
