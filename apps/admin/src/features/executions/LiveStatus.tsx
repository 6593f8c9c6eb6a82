import { useExecution } from '../../api/executions.ts'
import type { ExecutionStatus } from '../../api/types.ts'
import { StatusBadge } from '../../ui/StatusBadge.tsx'

/** The status of a run as it goes on. */
export function LiveStatus({ id, first }: { id: string; first: ExecutionStatus }) {
  const { data } = useExecution(id)
  return <StatusBadge status={data?.status ?? first} />
}
