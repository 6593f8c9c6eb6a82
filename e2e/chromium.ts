import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { findPackageJSON } from 'node:module'
import { tmpdir } from 'node:os'
import path from 'node:path'

export interface ChromiumLaunch {
  executablePath: string
  args: string[]
  env: Record<string, string>
}

const INSTALLED = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/opt/google/chrome/chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
]

// What a browser without a screen, an account or a way out needs to know.
const ARGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-dev-shm-usage',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]
const BUNDLED_ARGS = ['--no-zygote', '--in-process-gpu', '--use-angle=swiftshader', '--font-render-hinting=none']
const ARCHIVES = ['chromium.br', 'al2023.tar.br', 'fonts.tar.br', 'swiftshader.tar.br']

/** A Chromium that starts here: CHROMIUM_PATH, an installed one, or on Linux the one that comes as a package.
 *  @throws Error there is none */
export async function findChromium(): Promise<ChromiumLaunch> {
  const chosen = process.env.CHROMIUM_PATH
  if (chosen && !existsSync(chosen)) throw new Error(`CHROMIUM_PATH names ${chosen}, which is not there.`)
  const installed = chosen || INSTALLED.find((candidate) => existsSync(candidate))
  if (installed) return { executablePath: installed, args: ARGS, env: {} }
  if (process.platform !== 'linux' || process.arch !== 'x64')
    throw new Error('There is no Chromium. Install Chrome, or set CHROMIUM_PATH.')
  const folder = await unpackBundled()
  const libraries = [path.join(folder, 'al2023/lib'), process.env.LD_LIBRARY_PATH].filter(Boolean).join(':')
  return {
    executablePath: path.join(folder, 'chromium'),
    args: [...ARGS, ...BUNDLED_ARGS],
    env: { LD_LIBRARY_PATH: libraries, FONTCONFIG_FILE: path.join(folder, 'fonts.conf') },
  }
}

/** Unpacks beside the place and moves there when whole: an interrupted or a simultaneous run leaves no half browser. */
async function unpackBundled(): Promise<string> {
  const manifest = findPackageJSON('@sparticuz/chromium', import.meta.url)
  if (!manifest) throw new Error('There is no Chromium: run npx pnpm install, or set CHROMIUM_PATH.')
  const { version } = JSON.parse(await readFile(manifest, 'utf8')) as { version: string }
  const account = process.getuid?.() ?? 0
  const folder = path.join(tmpdir(), `ensue-chromium-${version}-${account}`)
  if (existsSync(folder)) return folder
  const fresh = await mkdtemp(`${folder}.`)
  try {
    await unpack(path.join(path.dirname(manifest), 'bin'), fresh)
    await writeFile(path.join(fresh, 'fonts.conf'), fontConfig(folder))
    await rename(fresh, folder)
  } catch (error) {
    // Another run that started at the same moment was quicker.
    if (!existsSync(folder)) throw error
  } finally {
    await rm(fresh, { recursive: true, force: true })
  }
  return folder
}

async function unpack(bin: string, target: string): Promise<void> {
  const { inflate } = await import('@sparticuz/chromium')
  const before = process.env.TMPDIR
  // The package knows no other way to be told where to.
  process.env.TMPDIR = target
  try {
    await Promise.all(ARCHIVES.map((archive) => inflate(path.join(bin, archive))))
  } finally {
    if (before === undefined) delete process.env.TMPDIR
    else process.env.TMPDIR = before
  }
}

/** The package's own configuration knows only /tmp and the package's only font; the machine's fonts fill what that lacks. */
const fontConfig = (folder: string): string => `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>${folder}/fonts/fonts</dir>
  <dir>/usr/share/fonts</dir>
  <cachedir>${folder}/fonts-cache</cachedir>
  <alias><family>sans-serif</family><prefer><family>Open Sans</family></prefer></alias>
  <alias><family>system-ui</family><prefer><family>Open Sans</family></prefer></alias>
  <alias><family>monospace</family><prefer><family>DejaVu Sans Mono</family><family>Liberation Mono</family></prefer></alias>
</fontconfig>
`
