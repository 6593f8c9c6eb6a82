import { Button, Group, NumberInput, PasswordInput, Select, Stack, Switch, Text, TextInput } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { type Secret, useSetSecret } from '../../api/settings.ts'
import { ErrorNote } from '../../ui/ErrorState.tsx'
import { FormButtons } from '../../ui/FormButtons.tsx'
import { NameInput } from './NameInput.tsx'
import { fieldsOf, HTTP_TYPES, KINDS, type SecretField, type SecretKind, toSecretValue } from './secret-kinds.ts'

type Entered = Record<string, string | boolean>

/** Sets a new secret, or replaces the value of one: what it was cannot be shown. */
export function SecretForm({ secret, onClose }: { secret: Secret | undefined; onClose: () => void }) {
  const set = useSetSecret()
  const [name, setName] = useState(secret?.name ?? '')
  const [kind, setKind] = useState<SecretKind>(secret?.kind ?? 'text')
  const [httpType, setHttpType] = useState('bearer')
  const [entered, setEntered] = useState<Entered>({})

  if (set.data?.warning)
    return (
      <Stack gap="md">
        <Text>“{set.data.name}” is saved.</Text>
        <Text c="dimmed">{set.data.warning}</Text>
        <Group justify="flex-end">
          <Button onClick={onClose}>Done</Button>
        </Group>
      </Stack>
    )

  const submit = (event: FormEvent) => {
    event.preventDefault()
    const value = toSecretValue(kind, httpType, entered)
    set.mutate({ name, kind, value }, { onSuccess: ({ warning }) => !warning && onClose() })
  }
  const use = KINDS.find((item) => item.value === kind)?.use
  return (
    <form onSubmit={submit} autoComplete="off">
      <Stack gap="sm">
        {secret ? (
          <Text c="dimmed">The value that it has now can’t be shown. What you enter replaces it as a whole.</Text>
        ) : (
          <NameInput placeholder="SHOP_TOKEN" value={name} onChange={setName} />
        )}
        <Select
          label="Kind"
          description={use}
          data={KINDS}
          allowDeselect={false}
          value={kind}
          onChange={(next) => next && setKind(next as SecretKind)}
        />
        {kind === 'http' && (
          <Select
            label="Signs in with"
            data={HTTP_TYPES}
            allowDeselect={false}
            value={httpType}
            onChange={(next) => next && setHttpType(next)}
          />
        )}
        {fieldsOf(kind, httpType).map((field) => (
          <Field
            key={field.name}
            field={field}
            value={entered[field.name]}
            onChange={(value) => setEntered((before) => ({ ...before, [field.name]: value }))}
          />
        ))}
        <ErrorNote error={set.error} />
        <FormButtons onCancel={onClose} loading={set.isPending} disabled={name === ''}>
          {secret ? 'Replace' : 'Save'}
        </FormButtons>
      </Stack>
    </form>
  )
}

interface FieldProps {
  field: SecretField
  value: string | boolean | undefined
  onChange: (value: string | boolean) => void
}

function Field({ field: { label, type, required = false, placeholder, description }, value, onChange }: FieldProps) {
  if (type === 'switch')
    return (
      <Switch
        label={label}
        description={description}
        checked={value === true}
        onChange={(event) => onChange(event.currentTarget.checked)}
      />
    )
  const shared = { label, required, placeholder, description, value: String(value ?? ''), autoComplete: 'off' }
  if (type === 'number')
    return (
      <NumberInput
        {...shared}
        min={1}
        max={65_535}
        allowDecimal={false}
        hideControls
        onChange={(next) => onChange(String(next))}
      />
    )
  const Input = type === 'password' ? PasswordInput : TextInput
  return (
    <Input
      {...shared}
      {...(type === 'password' ? { autoComplete: 'new-password' } : {})}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  )
}
