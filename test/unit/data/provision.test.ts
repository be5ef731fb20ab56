import { existsSync, readFileSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Cache } from '../../../shared/core/context.js'
import { createExec } from '../../../shared/core/exec.js'
import { type Disk, realDisk } from '../../../shared/data/disk.js'
import { openEngine, programFolder } from '../../../shared/data/duckdb.js'
import { COMPLETE, ENGINE_VERSION } from '../../../shared/data/engine-version.js'
import { currentPlatform, findNpm, platformName } from '../../../shared/data/platform.js'
import { type ProvisionOptions, provisionEngine } from '../../../shared/data/provision.js'

const LINUX = { os: 'linux', arch: 'x64', musl: false } as const

let root: string
let said: string[]
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'plumbline-provision-'))
  said = []
  await mkdir(join(root, 'lock'))
  await mkdir(join(root, 'temporary'))
  for (const file of ['package.json', 'package-lock.json']) await writeFile(join(root, 'lock', file), '{}')
})
afterEach(() => rm(root, { recursive: true, force: true }))

const home = () => join(root, 'tools', 'plumbline-engine', ENGINE_VERSION, 'linux-x64')

function options(over: Partial<ProvisionOptions> = {}): ProvisionOptions {
  return {
    searchFrom: [],
    toolCache: join(root, 'tools'),
    temporary: join(root, 'temporary'),
    lockFolder: join(root, 'lock'),
    platform: LINUX,
    npm: '/opt/npm-cli.js',
    run: npm(0),
    info: (message) => said.push(message),
    ...over,
  }
}

/** npm ci that writes a module, says some lines and ends with a code. */
function npm(code: number | null, ...lines: string[]): ProvisionOptions['run'] {
  return async (_command, { cwd, onLine }) => {
    lines.forEach(onLine)
    await mkdir(join(cwd, 'node_modules', '@duckdb'), { recursive: true })
    return { code }
  }
}

const failing = (on: Partial<Record<keyof Disk, string>>): Disk => ({
  ...realDisk,
  ...Object.fromEntries(
    Object.entries(on).map(([name, code]) => [
      name,
      () => Promise.reject(Object.assign(new Error(`${code}: no`), { code })),
    ]),
  ),
})

async function problemOf(over: Partial<ProvisionOptions>): Promise<string> {
  const error = await provisionEngine(options(over)).catch((thrown: unknown) => thrown)
  const [problem] = (error as { problems?: { message: string; cure?: string }[] }).problems ?? []
  return `${problem?.message} → ${problem?.cure}`
}

describe('where the engine comes from', () => {
  test('node_modules beside the program', async () => {
    const found = await provisionEngine(options({ searchFrom: [root, programFolder()], platform: currentPlatform() }))
    expect(found).toEqual({ folder: programFolder(), source: 'node_modules' })
  })

  test('node_modules with another version or without the part for this platform do not count', async () => {
    const api = join(root, 'node_modules', '@duckdb', 'node-api')
    await mkdir(api, { recursive: true })
    await writeFile(join(api, 'package.json'), '{"version":"0.0.1"}')
    expect((await provisionEngine(options({ searchFrom: [root] }))).source).toBe('installed')
    await rm(join(root, 'tools'), { recursive: true })
    await writeFile(join(api, 'package.json'), JSON.stringify({ version: ENGINE_VERSION }))
    expect((await provisionEngine(options({ searchFrom: [root] }))).source).toBe('installed')
  })

  test('installed once into the tool cache, then found there', async () => {
    const commands: (readonly string[])[] = []
    const run: ProvisionOptions['run'] = (command, runOptions) => {
      commands.push(command)
      return npm(0)(command, runOptions)
    }
    expect(await provisionEngine(options({ run }))).toEqual({ folder: home(), source: 'installed' })
    expect(commands[0]?.slice(1)).toEqual([
      '/opt/npm-cli.js',
      'ci',
      '--ignore-scripts',
      '--no-audit',
      '--no-fund',
      '--loglevel=error',
    ])
    expect(await provisionEngine(options({ run }))).toEqual({ folder: home(), source: 'tool-cache' })
    expect(commands).toHaveLength(1)
    expect(await readdir(join(home(), '..'))).toEqual(['linux-x64'])
  })

  test('a folder that a killed run left is installed again', async () => {
    await mkdir(join(home(), 'node_modules'), { recursive: true })
    await writeFile(join(home(), 'node_modules', 'half'), '')
    expect(await provisionEngine(options())).toEqual({ folder: home(), source: 'installed' })
    expect(said[0]).toMatch(/is not complete, it is installed again/)
    expect(existsSync(join(home(), 'node_modules', 'half'))).toBe(false)
  })

  test('a cache between jobs is asked, and filled', async () => {
    const saved: string[] = []
    let filled = false
    const cache: Cache = {
      async restore(folder) {
        if (!filled) return false
        await mkdir(folder, { recursive: true })
        await writeFile(join(folder, COMPLETE), ENGINE_VERSION)
        return true
      },
      save: async (_folder, key) => saved.push(key) > 0,
    }
    expect((await provisionEngine(options({ cache: async () => cache }))).source).toBe('installed')
    expect(saved).toEqual([`plumbline-engine-${ENGINE_VERSION}-linux-x64`])
    await rm(join(root, 'tools'), { recursive: true })
    filled = true
    expect((await provisionEngine(options({ cache: async () => cache }))).source).toBe('cache')
    expect(saved).toHaveLength(1)
  })

  test('a tool cache that cannot be written: installed for this job alone', async () => {
    await writeFile(join(root, 'tools'), 'a file where the folder should be')
    const found = await provisionEngine(options())
    expect(found.source).toBe('installed')
    expect(found.folder.startsWith(join(root, 'temporary'))).toBe(true)
    expect(said[0]).toBe('The tool cache cannot be written (ENOTDIR); the engine is installed for this job alone.')
    const readOnly: Disk = {
      ...realDisk,
      makeFolder: (path) =>
        path.startsWith(join(root, 'ro'))
          ? Promise.reject(Object.assign(new Error('no'), { code: 'EROFS' }))
          : realDisk.makeFolder(path),
    }
    expect((await provisionEngine(options({ disk: readOnly, toolCache: join(root, 'ro') }))).folder).toContain(
      'temporary',
    )
  })

  test('another process was first: its installation is taken', async () => {
    const run: ProvisionOptions['run'] = async (command, runOptions) => {
      await mkdir(join(home(), 'node_modules'), { recursive: true })
      await writeFile(join(home(), COMPLETE), ENGINE_VERSION)
      return npm(0)(command, runOptions)
    }
    expect((await provisionEngine(options({ run }))).folder).toBe(home())
    expect(await readdir(join(home(), '..'))).toEqual(['linux-x64'])
  })
})

describe('what goes wrong is said with a cure', () => {
  test('a platform without a build', async () => {
    expect(await problemOf({ platform: { os: 'freebsd', arch: 'x64', musl: false } })).toBe(
      'The data engine DuckDB has no build for freebsd-x64 → run this stage on one of: linux-x64, linux-arm64, linux-x64-musl, linux-arm64-musl, darwin-x64, darwin-arm64, win32-x64, win32-arm64',
    )
  })

  test('no npm', async () => {
    expect(await problemOf({ npm: null })).toMatch(/npm is not found → add a step with actions\/setup-node/)
  })

  test.each<[lines: string[], message: RegExp]>([
    [
      ['npm error code EINTEGRITY', 'npm error sha512-x integrity checksum failed'],
      /does not match the digest in the lock file.*never switch the check off/,
    ],
    [
      ['npm error code ENOTFOUND', 'npm error network request failed'],
      /the npm registry cannot be reached.*network, proxy and certificate/,
    ],
    [['npm error code SELF_SIGNED_CERT_IN_CHAIN', 'npm error self-signed certificate'], /cannot be reached/],
    [['npm error code E404', 'npm error 404 Not Found'], /does not have the packages.*mirror @duckdb\/node-api/],
    [['npm error code E401'], /refuses to serve the packages.*credentials/],
    [['npm error code ENOSPC'], /the disk is full.*free 200 MB/],
    [
      ['npm error code EWHATEVER', 'npm error odd'],
      /npm ci ended with code 1\. npm says: npm error code EWHATEVER \| npm error odd/,
    ],
  ])('npm says %j', async (lines, message) => {
    expect(await problemOf({ run: npm(1, ...lines) })).toMatch(message)
    // Nothing half done is left behind.
    expect(await readdir(join(home(), '..'))).toEqual([])
  })

  test('npm is ended by a signal', async () => {
    expect(await problemOf({ run: npm(null) })).toMatch(/npm ci ended with a signal/)
  })

  test('a disk that is full before npm starts', async () => {
    expect(await problemOf({ disk: failing({ makeFolder: 'ENOSPC' }) })).toMatch(/the disk is full/)
    expect(await problemOf({ disk: failing({ copy: 'ENOSPC' }) })).toMatch(/the disk is full/)
  })

  test('a native part that does not load', async () => {
    await expect(openEngine({ folder: root })).rejects.toThrow(/DuckDB could not be loaded: Cannot find module/)
  })
})

test('the version is that of package.json', () => {
  const { dependencies } = JSON.parse(readFileSync(join(programFolder(), '../../package.json'), 'utf8'))
  expect(dependencies['@duckdb/node-api']).toBe(ENGINE_VERSION)
})

test('a real npm ci from the lock file that is shipped gives an engine that answers', async () => {
  const npmCli = findNpm(process.execPath, process.env.PATH)
  if (npmCli === null) throw new Error('this test needs npm')
  const lock = await import(join(programFolder(), '../../scripts/engine-lock.mjs'))
  await writeFile(join(root, 'lock', 'package.json'), JSON.stringify(lock.enginePackage()))
  await writeFile(join(root, 'lock', 'package-lock.json'), JSON.stringify(lock.engineLock()))
  const platform = currentPlatform()
  const { folder } = await provisionEngine(
    options({
      platform,
      npm: npmCli,
      run: (command, { cwd, ...rest }) => createExec(cwd, process.env).run(command, rest),
    }),
  )
  expect(folder).toBe(join(root, 'tools', 'plumbline-engine', ENGINE_VERSION, platformName(platform)))
  const engine = await openEngine({ folder, temporary: root })
  expect(await engine.all('SELECT 40 + 2 AS answer')).toEqual([{ answer: 42 }])
  engine.close()
})
