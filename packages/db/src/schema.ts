import type {
  ApiKeyTable,
  AuditTable,
  CollectionTable,
  RoleTable,
  SessionTable,
  UserTable,
  VariableTable,
  ViewTable,
} from './tables/access.ts'
import type { ChangeTable } from './tables/change.ts'
import type { EventTable, EventTypeTable } from './tables/event.ts'
import type { ExecutionTable, JournalTable, RunnerTable, TaskTable, WaitTable } from './tables/execution.ts'
import type { NotificationTable } from './tables/notification.ts'
import type { ScheduleRecordTable, ScheduleTable } from './tables/schedule.ts'
import type { SecretCanaryTable, SecretTable } from './tables/secret.ts'
import type { DeliveryTable } from './tables/webhook.ts'
import type { WorkflowTable, WorkflowVersionTable } from './tables/workflow.ts'
import type { WrittenCallTable } from './tables/written-call.ts'

/** The product's own tables; all live in the schema `ensue`. */
export interface Database {
  role: RoleTable
  user: UserTable
  session: SessionTable
  apiKey: ApiKeyTable
  audit: AuditTable
  collection: CollectionTable
  view: ViewTable
  variable: VariableTable
  secret: SecretTable
  secretCanary: SecretCanaryTable
  workflow: WorkflowTable
  workflowVersion: WorkflowVersionTable
  execution: ExecutionTable
  journal: JournalTable
  wait: WaitTable
  task: TaskTable
  runner: RunnerTable
  event: EventTable
  eventType: EventTypeTable
  delivery: DeliveryTable
  change: ChangeTable
  schedule: ScheduleTable
  scheduleRecord: ScheduleRecordTable
  notification: NotificationTable
  writtenCall: WrittenCallTable
  registry: { revision: number }
}
