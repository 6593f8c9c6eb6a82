import { type Client, defineWorkflow } from '@ensue/sdk'
import { makeCollections, makeWorkflow, type SetUpClient } from '../set-up.ts'

/** The records of the story, for a typed client. */
export interface Story {
  collections: {
    deployments: { repository: string; commit: string; pusher: string; deployId: string }
  }
}

export const WORKFLOW = 'github-push'

const collections = [
  {
    name: 'deployments',
    title: 'Deployments',
    fields: [
      { name: 'repository', type: 'string', title: 'Repository', required: true },
      { name: 'commit', type: 'string', title: 'Commit', required: true },
      { name: 'pusher', type: 'string', title: 'Pushed by' },
      { name: 'deployId', type: 'string', title: 'Id at the deploy service' },
    ],
  },
] satisfies Parameters<typeof makeCollections>[1]

/** Called by GitHub for every push, and once with a ping when the webhook is set up there. What isn't signed by GitHub never gets
 *  here, and what GitHub delivers again is answered as before. */
const definition = defineWorkflow({
  trigger: {
    type: 'webhook',
    config: {
      methods: ['POST'],
      signature: { preset: 'github', secrets: ['{{$secrets.GITHUB_WEBHOOK}}'] },
      reply: { status: 202, body: { accepted: true } },
    },
  },
  options: { label: '{{$headers."x-github-event"}} {{$body.ref}}' },
  nodes: [
    {
      key: 'is_main',
      type: 'condition',
      title: 'A push to main?',
      config: {
        conditions: {
          all: [
            { left: '{{$headers."x-github-event"}}', operator: 'equals', right: 'push' },
            { left: '{{$body.ref}}', operator: 'equals', right: 'refs/heads/main' },
          ],
        },
      },
      branches: {
        yes: [
          {
            key: 'deploy',
            type: 'http',
            title: 'Deploy it',
            config: {
              method: 'POST',
              url: '{{$env.DEPLOY_URL}}/services/{{$body.repository.name}}/deploys',
              body: { type: 'json', value: { commit: '{{$body.after}}', reason: 'push by {{$body.pusher.name}}' } },
              credential: 'DEPLOY_SERVICE',
            },
            retry: { maxAttempts: 5, delayMs: 200, backoff: 'exponential' },
          },
          {
            key: 'record',
            type: 'record.create',
            title: 'Keep a record',
            config: {
              collection: 'deployments',
              values: {
                repository: '{{$body.repository.full_name}}',
                commit: '{{$body.after}}',
                pusher: '{{$body.pusher.name}}',
                deployId: '{{$nodes.deploy.body.id}}',
              },
            },
          },
          {
            key: 'tell',
            type: 'notify',
            title: 'Tell the team',
            config: {
              users: ['{{$env.DEPLOY_TEAM}}'],
              text: '{{$body.repository.full_name}}: {{$count($body.commits)}} commits by {{$body.pusher.name}} are being deployed.',
            },
          },
        ],
      },
    },
  ],
})

export interface Settings {
  /** As it is entered at GitHub, under Settings → Webhooks. */
  webhookSecret: string
  deployUrl: string
  deployToken: string
  /** E-mail address of the user who is told. */
  team: string
}

/** Makes what the story needs, unless it is there: secrets, variables, the collection and the workflow. */
export async function setUp(
  ensue: SetUpClient & Pick<Client, 'secrets' | 'variables'>,
  { webhookSecret, deployUrl, deployToken, team }: Settings,
): Promise<void> {
  await ensue.secrets.set({ name: 'GITHUB_WEBHOOK', value: webhookSecret })
  await ensue.secrets.set({ name: 'DEPLOY_SERVICE', kind: 'http', value: { type: 'bearer', token: deployToken } })
  await ensue.variables.set({ name: 'DEPLOY_URL', value: deployUrl })
  await ensue.variables.set({ name: 'DEPLOY_TEAM', value: team })
  await makeCollections(ensue, collections)
  await makeWorkflow(ensue, { key: WORKFLOW, title: 'Deploy what is pushed to main', definition })
}
