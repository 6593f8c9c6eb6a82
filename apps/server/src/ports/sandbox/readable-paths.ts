import { realpathSync } from 'node:fs'
import { findPackageJSON } from 'node:module'
import path from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

/** What the code of a runner imports, and what that imports in turn. */
const PACKAGES = ['jsonata', '@jitl/quickjs-wasmfile-release-sync', 'quickjs-emscripten-core']
const OF_CORE = '@jitl/quickjs-ffi-types'

/** All that a runner process may read: its own folder and the packages that it imports. */
export function readablePaths(entry: URL): string[] {
  const folder = path.dirname(fileURLToPath(entry))
  const paths = new Set([`${folder}${path.sep}`])
  const allow = (name: string, from: string) => {
    const found = findPackageJSON(name, pathToFileURL(from))
    if (!found) throw new Error(`The package ${name} is not installed.`)
    // The resolver looks in every folder on the way up, and is stopped by the first that it may not look into.
    for (const parent of parents(from)) {
      paths.add(path.join(parent, 'node_modules', name))
      paths.add(path.join(parent, 'package.json'))
      if (found.startsWith(path.join(parent, 'node_modules', name))) break
    }
    const home = path.dirname(realpathSync(found))
    paths.add(home)
    return home
  }
  const homes = PACKAGES.map((name) => allow(name, fileURLToPath(entry)))
  allow(OF_CORE, path.join(homes.at(-1)!, 'package.json'))
  return [...paths]
}

function* parents(file: string): Generator<string> {
  for (let at = path.dirname(file); ; at = path.dirname(at)) {
    yield at
    if (at === path.dirname(at)) return
  }
}
