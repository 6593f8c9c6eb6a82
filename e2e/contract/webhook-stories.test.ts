import { cloneTemplate } from '@ensue/db/testing/cluster'
import { type AnySchema, type Client, createClient, type Schema } from '@ensue/sdk'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { startMailServer } from '../../examples/feedback-form/mail-server.ts'
import { play as playFeedback } from '../../examples/feedback-form/play.ts'
import * as feedback from '../../examples/feedback-form/story.ts'
import { startDeployService } from '../../examples/github-push/deploy-service.ts'
import { play as playPush } from '../../examples/github-push/play.ts'
import * as push from '../../examples/github-push/story.ts'
import { ADMIN, startServer, type TestServer } from '../start-server.ts'

let server: TestServer
let deployService: Awaited<ReturnType<typeof startDeployService>>
let mailServer: Awaited<ReturnType<typeof startMailServer>>

async function signIn<S extends Schema = AnySchema>(): Promise<Client<S>> {
  const ensue = createClient<S>({ url: server.url })
  const { token } = await ensue.auth.signIn({ email: ADMIN.email, password: ADMIN.password })
  return ensue.withToken(token)
}

beforeAll(async () => {
  deployService = await startDeployService()
  mailServer = await startMailServer()
  server = await startServer({
    DATABASE_URL: await cloneTemplate(inject('adminUrl'), `webhook_stories_${process.pid}`),
    EGRESS_ALLOW: deployService.host,
  })
})
afterAll(async () => {
  await server?.stop()
  await deployService?.stop()
  await mailServer?.stop()
})

describe('the story of a push to GitHub', () => {
  it('deploys main once, and can be told again', async () => {
    const ensue = await signIn<push.Story>()
    const settings = { deployUrl: deployService.url, deployToken: deployService.token, team: ADMIN.email }
    for (const webhookSecret of ['a first webhook secret', 'a second webhook secret']) {
      await push.setUp(ensue, { ...settings, webhookSecret })
      const { ping, branch, main } = await playPush(ensue, server.url, webhookSecret, deployService)
      const steps = [ping, branch, main].map(({ nodeRuns }) => nodeRuns.map(({ node }) => node))
      expect(steps).toEqual([['is_main'], ['is_main'], ['is_main', 'deploy', 'record', 'tell']])
      expect(JSON.stringify([ping, branch, main])).not.toContain(webhookSecret)
      expect(JSON.stringify(main)).not.toContain(deployService.token)
    }
  })
})

describe('the story of a feedback form', () => {
  it('keeps one customer up to date and confirms by e-mail, and can be told again', async () => {
    const ensue = await signIn<feedback.Story>()
    const settings = { mail: mailServer.credential, sales: ADMIN.email, support: ADMIN.email }
    for (const told of [1, 2]) {
      await feedback.setUp(ensue, settings)
      const { first, second } = await playFeedback(ensue, server.url, mailServer)
      expect(first.nodeRuns.map(({ node }) => node)).toContain('create')
      expect(second.nodeRuns.map(({ node }) => node)).toContain('update')
      expect(mailServer.mails).toHaveLength(told * 2)
      expect(JSON.stringify([first, second])).not.toContain(mailServer.credential.password)
    }
    const { mails } = mailServer
    expect(mails[0]?.source).toMatch(/^From: "?Acme"? <hello@acme.example>\r?$/m)
  })
})
