import { Popover, UnstyledButton } from '@mantine/core'
import { IconArrowDown, IconPlus } from '@tabler/icons-react'
import { useState } from 'react'
import classes from './Canvas.module.css'
import { useCanvas } from './canvas-context.ts'
import type { Slot } from './edit-definition.ts'
import { NodeMenu } from './NodeMenu.tsx'

function nameOf({ parent, branch, index }: Slot): string {
  return `${parent === null ? 'workflow' : `${parent}, ${branch}`}, position ${index + 1}`
}

export function SlotButton({ x, y, slot }: { x: number; y: number; slot: Slot }) {
  const { edit } = useCanvas()
  const [opened, setOpened] = useState(false)
  if (!edit) return null
  const { moving } = edit
  const close = () => setOpened(false)
  return (
    <div className={classes.slot} style={{ left: x, top: y }}>
      <Popover
        opened={opened}
        onChange={setOpened}
        width={330}
        position={window.innerWidth < 768 ? 'bottom' : 'right-start'}
        trapFocus
        returnFocus
        withinPortal
      >
        <Popover.Target>
          <UnstyledButton
            className={`${classes.plus} nopan`}
            data-moving={moving !== undefined}
            data-opened={opened}
            aria-label={`${moving === undefined ? 'Add a node' : `Move ${moving} here`}: ${nameOf(slot)}`}
            onClick={() => (moving === undefined ? setOpened(!opened) : edit.placeMoving(slot))}
          >
            <span>
              {moving === undefined ? <IconPlus size={13} stroke={2.4} /> : <IconArrowDown size={13} stroke={2.4} />}
            </span>
          </UnstyledButton>
        </Popover.Target>
        <Popover.Dropdown p={0} className="nopan nowheel nodrag">
          {opened && (
            <NodeMenu
              onPick={(type) => {
                close()
                edit.insert(slot, type)
              }}
              onPaste={
                edit.canPaste
                  ? () => {
                      close()
                      edit.paste(slot)
                    }
                  : undefined
              }
            />
          )}
        </Popover.Dropdown>
      </Popover>
    </div>
  )
}
