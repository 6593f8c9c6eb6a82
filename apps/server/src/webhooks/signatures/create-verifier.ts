import type { SignatureConfig, SignaturePreset } from '@ensue/engine'
import { dingtalkCheck } from './dingtalk.ts'
import { githubCheck } from './github.ts'
import { gitlabCheck } from './gitlab.ts'
import { hmacCheck } from './hmac.ts'
import { metaCheck } from './meta.ts'
import { shopifyCheck } from './shopify.ts'
import { slackCheck } from './slack.ts'
import { standardWebhooksCheck } from './standard-webhooks.ts'
import { stripeCheck } from './stripe.ts'
import { twilioCheck } from './twilio.ts'
import { type Check, type ConfigOf, SignatureRefusal, type SignedRequest, type Verdict } from './verdict.ts'
import { wecomCheck } from './wecom.ts'

const MIN_SECRET_BYTES = 16

export interface Verifier {
  /** Methods that must reach `verify` for a handshake, whether or not the webhook takes them otherwise. */
  handshakeMethods: readonly string[]
  /** Never throws. */
  verify(request: SignedRequest, nowMs: number): Verdict
}

const presets: { [Preset in SignaturePreset]: (config: ConfigOf<Preset>) => Check } = {
  github: githubCheck,
  gitlab: gitlabCheck,
  stripe: stripeCheck,
  slack: slackCheck,
  shopify: shopifyCheck,
  twilio: twilioCheck,
  'standard-webhooks': standardWebhooksCheck,
  wecom: wecomCheck,
  dingtalk: dingtalkCheck,
  meta: metaCheck,
  hmac: hmacCheck,
}

/** The verifier of a webhook; its secrets must be in place. Secrets that can't be used count for nothing; when none is left,
 *  every request is refused. */
export function createVerifier(config: SignatureConfig): Verifier {
  const secrets = config.secrets.filter((secret) => Buffer.byteLength(secret) >= MIN_SECRET_BYTES)
  return verifierOf({ ...config, secrets })
}

/** As `createVerifier`, for secrets of any length. */
export function verifierOf(config: SignatureConfig): Verifier {
  const check = failClosed(config)
  return {
    handshakeMethods: handshakeMethodsOf(config),
    verify(request, nowMs) {
      try {
        return check(request, nowMs)
      } catch (error) {
        if (error instanceof SignatureRefusal) return { ok: false, reason: error.reason, message: error.message }
        throw error
      }
    },
  }
}

function checkOf<Preset extends SignaturePreset>(config: ConfigOf<Preset> & { preset: Preset }): Check {
  return presets[config.preset](config)
}

/** What is wrong with the webhook's own secrets is told by each request: the webhook is there, and lets nothing in. */
function failClosed(config: SignatureConfig): Check {
  const refusal = new SignatureRefusal('secret_unusable', 'The webhook has no secret to check signatures with.')
  const refuse: Check = () => {
    throw refusal
  }
  if (config.secrets.length === 0 || config.secrets.includes('')) return refuse
  try {
    return checkOf(config)
  } catch (error) {
    if (error instanceof SignatureRefusal) return refuse
    throw error
  }
}

function handshakeMethodsOf(config: SignatureConfig): readonly string[] {
  if (config.preset === 'wecom' || config.preset === 'meta') return ['GET']
  return config.preset === 'hmac' && config.echo !== undefined ? ['GET', 'POST'] : []
}
