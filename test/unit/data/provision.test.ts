import { existsSync, readFileSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Cache } from '../../../shared/core/context.js'
import { createExec } from '../../../shared/core/exec.js'
import { openEngine } from '../../../shared/data/engine/duckdb.js'
import { ENGINE_VERSION } from '../../../shared/data/engine/engine-version.js'
import { DUCKDB, provisionEngine } from '../../../shared/data/engine/provision.js'
import { programFolder } from '../../../shared/data/program-folder.js'
import { type Disk, realDisk } from '../../../shared/native/disk.js'
import { COMPLETE } from '../../../shared/native/install.js'
import type { NativePackage } from '../../../shared/native/package.js'
import { currentPlatform, findNpm, platformName } from '../../../shared/native/platform.js'
import { type ProvisionOptions, provision } from '../../../shared/native/provision.js'
import { ONNX_VERSION, ONNXRUNTIME } from '../../../shared/predict/onnx-package.js'

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

/** Each package with what its messages say of it. */
const PACKAGES: readonly (readonly [
  NativePackage,
  { title: string; platforms: string; free: string; mirror: string },
])[] = [
  [
    DUCKDB,
    {
      title: 'The data engine DuckDB',
      platforms:
        'linux-x64, linux-arm64, linux-x64-musl, linux-arm64-musl, darwin-x64, darwin-arm64, win32-x64, win32-arm64',
      free: 'free 200 MB',
      mirror: `mirror @duckdb/node-api ${ENGINE_VERSION}`,
    },
  ],
  [
    ONNXRUNTIME,
    {
      title: 'The ONNX runtime onnxruntime-node',
      platforms: 'linux-x64, linux-arm64, darwin-arm64, win32-x64, win32-arm64',
      free: 'free 600 MB',
      mirror: `mirror onnxruntime-node ${ONNX_VERSION}`,
    },
  ],
]

describe.each(PACKAGES.map(([native, says]) => [native.name, native, says] as const))('%s', (_name, native, says) => {
  const home = () => join(root, 'tools', native.home, native.version, 'linux-x64')
  const get = (over: Partial<ProvisionOptions> = {}) => provision(native, options(over))

  async function problemOf(over: Partial<ProvisionOptions>): Promise<string> {
    const error = await get(over).catch((thrown: unknown) => thrown)
    const [problem] = (error as { problems?: { message: string; cure?: string }[] }).problems ?? []
    return `${problem?.message} → ${problem?.cure}`
  }

  /** The package in a node_modules, without its native part. */
  async function placed(version: string): Promise<string> {
    const folder = join(root, 'node_modules', native.name)
    await mkdir(folder, { recursive: true })
    await writeFile(join(folder, 'package.json'), JSON.stringify({ version }))
    return folder
  }

  describe('where it comes from', () => {
    test('node_modules with another version, or without the part for this platform, do not count', async () => {
      await placed('0.0.1')
      expect((await get({ searchFrom: [root] })).source).toBe('installed')
      expect(said[0]).toBe(`${native.name} 0.0.1 in node_modules is not used: ${native.wanted} is needed.`)
      await rm(join(root, 'tools'), { recursive: true })
      await placed(native.version)
      expect((await get({ searchFrom: [root] })).source).toBe('installed')
    })

    test('installed once into the tool cache, then found there', async () => {
      const commands: (readonly string[])[] = []
      const run: ProvisionOptions['run'] = (command, runOptions) => {
        commands.push(command)
        return npm(0)(command, runOptions)
      }
      expect(await get({ run })).toEqual({ folder: home(), source: 'installed' })
      expect(commands[0]?.slice(1)).toEqual([
        '/opt/npm-cli.js',
        'ci',
        '--ignore-scripts',
        '--no-audit',
        '--no-fund',
        '--loglevel=error',
      ])
      expect(await get({ run })).toEqual({ folder: home(), source: 'tool-cache' })
      expect(commands).toHaveLength(1)
      expect(await readdir(join(home(), '..'))).toEqual(['linux-x64'])
    })

    test('a folder that a killed run left is installed again', async () => {
      await mkdir(join(home(), 'node_modules'), { recursive: true })
      await writeFile(join(home(), 'node_modules', 'half'), '')
      expect(await get()).toEqual({ folder: home(), source: 'installed' })
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
          await writeFile(join(folder, COMPLETE), native.version)
          return true
        },
        save: async (_folder, key) => saved.push(key) > 0,
      }
      expect((await get({ cache: async () => cache })).source).toBe('installed')
      expect(saved).toEqual([`${native.home}-${native.version}-linux-x64`])
      await rm(join(root, 'tools'), { recursive: true })
      filled = true
      expect((await get({ cache: async () => cache })).source).toBe('cache')
      expect(saved).toHaveLength(1)
    })

    test.each([true, false])('what a cache leaves half done is installed anew (it says %s)', async (restored) => {
      const cache: Cache = {
        async restore(folder) {
          await mkdir(join(folder, 'node_modules'), { recursive: true })
          await writeFile(join(folder, 'node_modules', 'half'), '')
          return restored
        },
        save: async () => true,
      }
      expect(await get({ cache: async () => cache })).toEqual({ folder: home(), source: 'installed' })
      expect(existsSync(join(home(), 'node_modules', 'half'))).toBe(false)
    })

    test('a tool cache that cannot be written: installed for this job alone', async () => {
      await writeFile(join(root, 'tools'), 'a file where the folder should be')
      const found = await get()
      expect(found.source).toBe('installed')
      expect(found.folder.startsWith(join(root, 'temporary'))).toBe(true)
      expect(said[0]).toBe(
        `The tool cache cannot be written (ENOTDIR); ${native.short} is installed for this job alone.`,
      )
      const readOnly: Disk = {
        ...realDisk,
        makeFolder: (path) =>
          path.startsWith(join(root, 'ro'))
            ? Promise.reject(Object.assign(new Error('no'), { code: 'EROFS' }))
            : realDisk.makeFolder(path),
      }
      expect((await get({ disk: readOnly, toolCache: join(root, 'ro') })).folder).toContain('temporary')
    })

    test('another process was first: its installation is taken', async () => {
      const run: ProvisionOptions['run'] = async (command, runOptions) => {
        await mkdir(join(home(), 'node_modules'), { recursive: true })
        await writeFile(join(home(), COMPLETE), native.version)
        return npm(0)(command, runOptions)
      }
      expect((await get({ run })).folder).toBe(home())
      expect(await readdir(join(home(), '..'))).toEqual(['linux-x64'])
    })
  })

  describe('what goes wrong is said with a cure', () => {
    test('a platform without a build', async () => {
      expect(await problemOf({ platform: { os: 'freebsd', arch: 'x64', musl: false } })).toBe(
        `${says.title} has no build for freebsd-x64 → run this stage on one of: ${says.platforms}`,
      )
    })

    test('no npm', async () => {
      expect(await problemOf({ npm: null })).toBe(
        `${says.title} has to be installed, and npm is not found → add a step with actions/setup-node before this one, or \`npm i ${native.name}@${native.version}\` in the workspace`,
      )
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
      [['npm error code E404', 'npm error 404 Not Found'], new RegExp(`does not have the packages.*${says.mirror}`)],
      [['npm error code EBADPLATFORM'], new RegExp(`is not supported.*run this stage on one of: ${says.platforms}`)],
      [['npm error code E401'], /refuses to serve the packages.*credentials/],
      [['npm error code ENOSPC'], new RegExp(`the disk is full.*${says.free}`)],
      [
        ['npm error code EWHATEVER', 'npm error odd'],
        new RegExp(
          `^${says.title} could not be installed: npm ci ended with code 1\\. npm says: npm error code EWHATEVER \\| npm error odd → run .npm ci. by hand in dist/${native.lock}`,
        ),
      ],
    ])('npm says %j', async (lines, message) => {
      expect(await problemOf({ run: npm(1, ...lines) })).toMatch(message)
      // Nothing half done is left behind.
      expect(await readdir(join(home(), '..'))).toEqual([])
    })

    test('npm is ended by a signal', async () => {
      expect(await problemOf({ run: npm(null) })).toMatch(/npm ci ended with a signal/)
    })

    test('a disk that is full before npm starts, and one that is full after it', async () => {
      for (const call of ['makeFolder', 'copy', 'writeText'] as const) {
        expect(await problemOf({ disk: failing({ [call]: 'ENOSPC' }) })).toMatch(/the disk is full/)
      }
    })
  })
})

describe('what serves of a node_modules', () => {
  test('DuckDB beside the program', async () => {
    const found = await provisionEngine(options({ searchFrom: [root, programFolder()], platform: currentPlatform() }))
    expect(found).toEqual({ folder: programFolder(), source: 'node_modules' })
  })

  // 1.21.1 has no inputMetadata and outputMetadata, which 1.22.0 brought; 1.22.0 gives the answers of 1.30.0.
  test.each<[version: string, serves: boolean]>([
    ['1.30.0', true],
    ['1.22.0', true],
    ['1.41.3', true],
    ['1.21.1', false],
    ['1.9.0', false],
    ['2.0.0', false],
    ['1.24.0-dev.20260114', false],
    ['', false],
  ])('onnxruntime-node %j: %s', (version, serves) => {
    expect(ONNXRUNTIME.accepts(version)).toBe(serves)
  })

  test('onnxruntime-node with a native part for this platform, even one that its exact version is not built for', async () => {
    const folder = join(root, 'node_modules', 'onnxruntime-node')
    await mkdir(join(folder, 'bin', 'napi-v6', 'darwin', 'x64'), { recursive: true })
    await writeFile(join(folder, 'package.json'), '{"version":"1.23.2"}')
    const intel = { os: 'darwin', arch: 'x64', musl: false } as const
    const get = () => provision(ONNXRUNTIME, options({ searchFrom: [root], platform: intel }))
    await expect(get()).rejects.toThrow('The ONNX runtime onnxruntime-node has no build for darwin-x64')
    await writeFile(join(folder, 'bin', 'napi-v6', 'darwin', 'x64', 'onnxruntime_binding.node'), '')
    expect(await get()).toEqual({ folder: root, source: 'node_modules' })
  })
})

test('of onnxruntime-node the libraries of other systems are not kept', async () => {
  const bin = (at: string) => join(at, 'node_modules', 'onnxruntime-node', 'bin', 'napi-v6')
  const all = ['linux/x64', 'linux/arm64', 'darwin/arm64', 'win32/x64', 'win32/arm64']
  const run: ProvisionOptions['run'] = async (_command, { cwd }) => {
    for (const platform of all) await mkdir(join(bin(cwd), platform), { recursive: true })
    return { code: 0 }
  }
  const { folder } = await provision(ONNXRUNTIME, options({ run }))
  expect(all.filter((platform) => existsSync(join(bin(folder), platform)))).toEqual(['linux/x64'])
})

test('a native part that does not load', async () => {
  await expect(openEngine({ folder: root })).rejects.toThrow(/DuckDB could not be loaded: Cannot find module/)
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
