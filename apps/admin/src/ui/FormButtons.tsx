import { Button, type ButtonProps, Group } from '@mantine/core'
import type { ComponentProps } from 'react'

interface Props extends ButtonProps, Omit<ComponentProps<'button'>, keyof ButtonProps> {
  onCancel: () => void
}

/** How every form ends: Cancel, and the button that this is told of, which submits unless its `type` says otherwise. */
export function FormButtons({ onCancel, ...submit }: Props) {
  return (
    <Group justify="flex-end" gap="xs" mt={4}>
      <Button variant="default" onClick={onCancel}>
        Cancel
      </Button>
      <Button type="submit" {...submit} />
    </Group>
  )
}
