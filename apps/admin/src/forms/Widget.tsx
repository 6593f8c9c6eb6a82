import { Switch, TextInput } from '@mantine/core'
import type { ComponentType } from 'react'
import type { Json } from '../api/types.ts'
import { asText } from '../lib/json.ts'
import { ExpressionInput } from './ExpressionInput.tsx'
import { useFormScope, type WidgetProps } from './form-scope.ts'
import { matchesPath, parseValue, widgetOf } from './schema-fields.ts'
import { BodyWidget } from './widgets/BodyWidget.tsx'
import { CodeWidget, JsonWidget } from './widgets/CodeWidgets.tsx'
import { ConditionsWidget } from './widgets/ConditionsWidget.tsx'
import { CredentialWidget } from './widgets/CredentialWidget.tsx'
import { DurationWidget } from './widgets/DurationWidget.tsx'
import { FilterWidget } from './widgets/FilterWidget.tsx'
import { FormBuilderWidget } from './widgets/FormBuilderWidget.tsx'
import { KeyValueWidget } from './widgets/KeyValueWidget.tsx'
import { ListWidget } from './widgets/ListWidget.tsx'
import { ObjectWidget } from './widgets/ObjectWidget.tsx'
import { SecretWidget } from './widgets/SecretWidget.tsx'
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
import { WorkflowInputWidget } from './widgets/WorkflowInputWidget.tsx'

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
      autoComplete="off"
      value={asText(value)}
      onChange={(event) => onChange(event.currentTarget.value === '' ? undefined : event.currentTarget.value)}
    />
  )
}

/** A list of addresses and the like is typed as one text. */
function isListOfTexts(value: Json | undefined): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string')
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
      secret={schema.secret === true}
      value={isListOfTexts(value) ? value.join(', ') : asText(value)}
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

const WIDGETS: Record<string, ComponentType<WidgetProps>> = {
  text: PlainTextWidget,
  secret: SecretWidget,
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
  workflowInput: WorkflowInputWidget,
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
  body: BodyWidget,
}

/** The control of one member, by its `widget`. */
export function Widget(props: WidgetProps) {
  const Control = WIDGETS[widgetOf(props.schema)] ?? JsonWidget
  return <Control {...props} />
}
