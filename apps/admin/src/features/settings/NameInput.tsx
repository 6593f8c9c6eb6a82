import { TextInput } from '@mantine/core'

interface Props {
  placeholder: string
  value: string
  onChange: (name: string) => void
}

/** The name of a new secret or variable, by which expressions know it. */
export function NameInput({ placeholder, value, onChange }: Props) {
  return (
    <TextInput
      label="Name"
      description="Letters, digits and _."
      placeholder={placeholder}
      required
      maxLength={64}
      pattern="[A-Za-z_][A-Za-z0-9_]*"
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
      data-autofocus
    />
  )
}
