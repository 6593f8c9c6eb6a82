import { Button, Group, Stack, Textarea } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useDecideTask } from '../../api/tasks.ts'
import type { JsonObject, Schema, Task } from '../../api/types.ts'
import { defaultsOf, errorsOf, ObjectFields } from '../../forms/ObjectInput.tsx'
import { ErrorNote } from '../../ui/ErrorState.tsx'
import { showDone } from '../../ui/notify.ts'

function missing(form: Schema | null | undefined, values: JsonObject): string[] {
  return (form?.required ?? []).filter((name) => values[name] === undefined || values[name] === '')
}

/** What the reviewer fills in, and a button for each decision. */
export function TaskForm({ task }: { task: Task }) {
  const [values, setValues] = useState(() => defaultsOf(task.form))
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
  const errors = new Map([
    ...errorsOf(decide.error, 'values'),
    ...absent.map((name): [string, string] => [name, 'This is needed.']),
  ])
  return (
    <Stack gap="md">
      {task.form && <ObjectFields schema={task.form} value={values} onChange={setValues} errors={errors} />}
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
