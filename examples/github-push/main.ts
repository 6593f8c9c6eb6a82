// Sets up the webhook for GitHub on a server, delivers pushes as GitHub does, and prints what followed.
// On which server, says ../connect.ts. Ends with 1 when anything is not as expected.
import { connect } from '../connect.ts'
import { print, printRun } from '../print.ts'
import { startDeployService } from './deploy-service.ts'
import { play } from './play.ts'
import { type Story, setUp, WORKFLOW } from './story.ts'

const service = await startDeployService()
const webhookSecret = crypto.randomUUID()
try {
  const { ensue, url, close } = await connect<Story>({ EGRESS_ALLOW: service.host })
  try {
    const { user } = await ensue.auth.me()
    const team = user?.email ?? ''
    await setUp(ensue, { webhookSecret, deployUrl: service.url, deployToken: service.token, team })
    print(`GitHub is given ${url}/api/webhooks/${WORKFLOW}; the deploy service is at ${service.url}.`)
    const { ping, branch, main } = await play(ensue, url, webhookSecret, service)
    printRun('The ping of GitHub', ping)
    printRun('A push to feat/cart', branch)
    printRun('A push to main, delivered twice and deployed once', main)
    print(
      `\nDeployed: ${service.deploys.map((deploy) => `${deploy.service} at ${deploy.commit.slice(0, 7)}`).join(', ')}`,
    )
  } finally {
    await close()
  }
} finally {
  await service.stop()
}
