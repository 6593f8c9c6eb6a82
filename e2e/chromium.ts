import { existsSync, readdirSync } from 'node:fs'
import path from 'node:path'

export interface ChromiumLaunch {
  executablePath: string
  args: string[]
  env: Record<string, string>
}

const INSTALLED = [
  process.env.CHROMIUM_PATH,
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/opt/google/chrome/chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
]

// What a browser without a screen, an account or a way out needs to know.
const ARGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** A Chromium that starts here: an installed one, or on Linux the one that comes as a package, with its libraries. */
export async function findChromium(): Promise<ChromiumLaunch> {
  const installed = INSTALLED.find((candidate) => candidate !== undefined && existsSync(candidate))
  if (installed) return { executablePath: installed, args: ARGS, env: {} }
  if (process.platform !== 'linux') throw new Error('There is no Chromium. Install Chrome, or set CHROMIUM_PATH.')
  // The package unpacks the libraries that Chromium is linked with only where it believes to be on Lambda.
  process.env.AWS_LAMBDA_JS_RUNTIME ??= 'nodejs22.x'
  const { default: chromium } = await import('@sparticuz/chromium')
  const executablePath = await chromium.executablePath()
  const folder = path.dirname(executablePath)
  const libraries = readdirSync(folder)
    .map((name) => path.join(folder, name, 'lib'))
    .filter((lib) => existsSync(lib))
  const paths = [...libraries, process.env.LD_LIBRARY_PATH].filter(Boolean).join(':')
  return {
    executablePath,
    args: [...ARGS, '--no-zygote', '--in-process-gpu', '--use-angle=swiftshader', '--font-render-hinting=none'],
    env: { LD_LIBRARY_PATH: paths, FONTCONFIG_PATH: process.env.FONTCONFIG_PATH ?? path.join(folder, 'fonts') },
  }
}
