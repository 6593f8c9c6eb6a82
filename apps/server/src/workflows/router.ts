import { z } from 'zod'
import { pageOf } from '../http/page.ts'
import { procedure, router } from '../trpc.ts'
import { createWorkflow, createWorkflowInput } from './create-workflow.ts'
import { debugInput, debugInputInput, debugInputOutput } from './debug-input.ts'
import { debugWorkflow, debugWorkflowInput, debugWorkflowOutput } from './debug-workflow.ts'
import { deleteWorkflow, deleteWorkflowInput } from './delete-workflow.ts'
import { deploy, deployInput } from './deploy.ts'
import { duplicateWorkflow, duplicateWorkflowInput } from './duplicate-workflow.ts'
import { enable, enableInput } from './enable.ts'
import { getWorkflow, getWorkflowInput } from './get-workflow.ts'
import { customAction, listCustomActions } from './list-custom-actions.ts'
import { listWorkflows, listWorkflowsInput } from './list-workflows.ts'
import { rollback, rollbackInput } from './rollback.ts'
import { runWorkflow, runWorkflowInput, runWorkflowOutput } from './run-workflow.ts'
import { saveDraft, saveDraftInput } from './save-draft.ts'
import { problemSchema, workflowDetails, workflowListItem, workflowSchema } from './schemas.ts'
import { updateWorkflow, updateWorkflowInput } from './update-workflow.ts'
import { validateWorkflow, validateWorkflowInput } from './validate-workflow.ts'

const problems = z.object({ problems: z.array(problemSchema) })
const version = z.object({ version: z.number() })
const withProblems = workflowSchema.extend({ problems: z.array(problemSchema) })

export const workflowsRouter = router({
  list: procedure
    .input(listWorkflowsInput)
    .output(pageOf(workflowListItem))
    .query(({ ctx, input }) => listWorkflows(ctx.app, ctx.caller, input)),
  get: procedure
    .input(getWorkflowInput)
    .output(workflowDetails)
    .query(({ ctx, input }) => getWorkflow(ctx.app, ctx.caller, input)),
  create: procedure
    .input(createWorkflowInput)
    .output(withProblems)
    .mutation(({ ctx, input }) => createWorkflow(ctx.app, ctx.caller, input)),
  update: procedure
    .input(updateWorkflowInput)
    .output(workflowSchema)
    .mutation(({ ctx, input }) => updateWorkflow(ctx.app, ctx.caller, input)),
  saveDraft: procedure
    .input(saveDraftInput)
    .output(problems)
    .mutation(({ ctx, input }) => saveDraft(ctx.app, ctx.caller, input)),
  validate: procedure
    .input(validateWorkflowInput)
    .output(problems)
    .query(({ ctx, input }) => validateWorkflow(ctx.app, ctx.caller, input)),
  deploy: procedure
    .input(deployInput)
    .output(version)
    .mutation(({ ctx, input }) => deploy(ctx.app, ctx.caller, input)),
  rollback: procedure
    .input(rollbackInput)
    .output(version)
    .mutation(({ ctx, input }) => rollback(ctx.app, ctx.caller, input)),
  enable: procedure
    .input(enableInput)
    .output(workflowSchema)
    .mutation(({ ctx, input }) => enable(ctx.app, ctx.caller, input)),
  duplicate: procedure
    .input(duplicateWorkflowInput)
    .output(withProblems)
    .mutation(({ ctx, input }) => duplicateWorkflow(ctx.app, ctx.caller, input)),
  delete: procedure
    .input(deleteWorkflowInput)
    .output(z.object({ canceled: z.number() }))
    .mutation(({ ctx, input }) => deleteWorkflow(ctx.app, ctx.caller, input)),
  customActions: procedure.output(z.array(customAction)).query(({ ctx }) => listCustomActions(ctx.app, ctx.caller)),
  run: procedure
    .input(runWorkflowInput)
    .output(runWorkflowOutput)
    .mutation(({ ctx, input }) => runWorkflow(ctx.app, ctx.caller, input)),
  debug: procedure
    .input(debugWorkflowInput)
    .output(debugWorkflowOutput)
    .mutation(({ ctx, input }) => debugWorkflow(ctx.app, ctx.caller, input)),
  debugInput: procedure
    .input(debugInputInput)
    .output(debugInputOutput)
    .query(({ ctx, input }) => debugInput(ctx.app, ctx.caller, input)),
})
