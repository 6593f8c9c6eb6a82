// The node-* packages carry os/cpu as plain strings, which pnpm does not record in the lockfile:
// without this hook every platform's Node would be downloaded.
export const hooks = {
  readPackage(pkg) {
    if (/^node-(bin-)?(linux|darwin|win)-(x64|arm64)$/.test(pkg.name)) {
      pkg.os = [pkg.os].flat()
      pkg.cpu = [pkg.cpu].flat()
    }
    return pkg
  },
}
