import type { DeliveryOutcome } from '../../api/deliveries.ts'
import { humanize } from '../../lib/json.ts'
import { Chip } from '../../ui/StatusBadge.tsx'

const TONES: Record<DeliveryOutcome, string> = {
  accepted: 'green',
  duplicate: 'gray',
  handshake: 'blue',
  rejected: 'red',
}

/** What became of a request; by its reason, where there is one. */
export function OutcomeChip({ outcome, reason }: { outcome: DeliveryOutcome; reason?: string | null }) {
  return <Chip tone={TONES[outcome]}>{humanize(reason ?? outcome)}</Chip>
}
