import { Button, Group, NumberInput, Select, Stack, Switch, Textarea, TextInput } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { isApiError } from '../../api/errors.ts'
import { useDecideTask } from '../../api/tasks.ts'
import type { Json, JsonObject, Schema, Task } from '../../api/types.ts'
import { orderedProperties } from '../../forms/form-schema.ts'
import { asText, humanize, withMember } from '../../lib/json.ts'
import { ErrorNote } from '../../ui/ErrorState.tsx'
import { showDone } from '../../ui/notify.ts'

function startValues(form: Schema | null | undefined): JsonObject {
  return Object.fromEntries(
    Object.entries(form?.properties ?? {}).flatMap(([name, part]) =>
      part.default === undefined ? [] : [[name, part.default]],
    ),
  )
}

function missing(form: Schema | null | undefined, values: JsonObject): string[] {
  return (form?.required ?? []).filter((name) => values[name] === undefined || values[name] === '')
}

/** What the reviewer fills in, and a button for each decision. */
export function TaskForm({ task }: { task: Task }) {
  const [values, setValues] = useState(() => startValues(task.form))
  const [comment, setComment] = useState('')
  const [tried, setTried] = useState(false)
  const decide = useDecideTask()
  const navigate = useNavigate()
  const absent = tried ? missing(task.form, values) : []
  const press = (decision: string, label: string) => {
    setTried(true)
    if (missing(task.form, values).length > 0) return
    decide.mutate(
      {
        id: task.id,
        decision,
        ...(task.form ? { values } : {}),
        ...(comment.trim() === '' ? {} : { comment: comment.trim() }),
      },
      {
        onSuccess: () => {
          showDone(`“${task.title}”: ${label}`)
          void navigate({ to: '/inbox' })
        },
      },
    )
  }
  const serverErrors = new Map(
    isApiError(decide.error)
      ? decide.error.items.map((item) => [item.path?.replace(/^values\./, ''), item.message])
      : [],
  )
  return (
    <Stack gap="md">
      {orderedProperties(task.form).map(([name, part]) => (
        <FormField
          key={name}
          schema={part}
          label={part.title ?? humanize(name)}
          required={task.form?.required?.includes(name) ?? false}
          error={absent.includes(name) ? 'This is needed.' : serverErrors.get(name)}
          value={values[name]}
          onChange={(value) => setValues((old) => withMember(old, name, value))}
        />
      ))}
      <Textarea
        label="Comment"
        autosize
        minRows={2}
        value={comment}
        onChange={(event) => setComment(event.currentTarget.value)}
      />
      <ErrorNote error={decide.error} />
      <Group gap="xs">
        {task.decisions.map(({ name, label }, index) => (
          <Button
            key={name}
            size="md"
            variant={index === 0 ? 'filled' : 'default'}
            loading={decide.isPending && decide.variables.decision === name}
            disabled={decide.isPending}
            onClick={() => press(name, label)}
          >
            {label}
          </Button>
        ))}
      </Group>
    </Stack>
  )
}

interface FieldProps {
  schema: Schema
  label: string
  required: boolean
  error: string | undefined
  value: Json | undefined
  onChange: (value: Json | undefined) => void
}

function FormField({ schema, label, required, error, value, onChange }: FieldProps) {
  const common = { label, error, withAsterisk: required, description: schema.description }
  const text = asText(value)
  const setText = (next: string) => onChange(next === '' ? undefined : next)
  if (schema.enum)
    return (
      <Select
        {...common}
        data={schema.enum.map(asText)}
        value={text || null}
        onChange={(next) => onChange(schema.enum?.find((item) => asText(item) === next))}
      />
    )
  if (schema.type === 'boolean')
    return <Switch label={label} checked={value === true} onChange={(event) => onChange(event.currentTarget.checked)} />
  if (schema.type === 'number' || schema.type === 'integer')
    return (
      <NumberInput
        {...common}
        hideControls
        allowDecimal={schema.type === 'number'}
        value={typeof value === 'number' ? value : ''}
        onChange={(next) => onChange(typeof next === 'number' ? next : undefined)}
      />
    )
  if (schema.widget === 'textarea' || (schema.maxLength ?? 0) > 500)
    return (
      <Textarea
        {...common}
        autosize
        minRows={3}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
      />
    )
  return (
    <TextInput
      {...common}
      type={schema.format === 'date' ? 'date' : 'text'}
      value={text}
      onChange={(event) => setText(event.currentTarget.value)}
    />
  )
}
