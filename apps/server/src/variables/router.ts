import { z } from 'zod'
import { procedure, router } from '../trpc.ts'
import { deleteVariable } from './delete-variable.ts'
import { listVariables } from './list-variables.ts'
import { setVariable, setVariableInput, variableName, variableSchema } from './set-variable.ts'

export const variablesRouter = router({
  list: procedure.output(z.array(variableSchema)).query(({ ctx }) => listVariables(ctx.app, ctx.caller)),
  set: procedure
    .input(setVariableInput)
    .output(variableSchema)
    .mutation(({ ctx, input }) => setVariable(ctx.app, ctx.caller, input)),
  delete: procedure
    .input(z.object({ name: variableName }))
    .output(z.null())
    .mutation(({ ctx, input }) => deleteVariable(ctx.app, ctx.caller, input)),
})
