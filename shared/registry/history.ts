import { mkdir, open, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { DeploymentRecord } from '../contracts/deployment.js'
import { codeOf, UserError } from '../core/errors.js'
import { flush, namesIn } from './disk.js'
import { withLock } from './lock.js'

/** History of environments: one file of JSON Lines for each, only ever appended to. */
export interface History {
  environments(): Promise<string[]>
  /** Newest first. Throws UserError for a line that is damaged. */
  read(environment: string): Promise<DeploymentRecord[]>
  append(record: DeploymentRecord): Promise<void>
}

const NEWLINE = 0x0a

/** History of environments in files of JSON Lines, one each. `locks` is the folder of their locks. */
export function openHistory(folder: string, locks: string): History {
  const fileOf = (environment: string) => join(folder, `${fileName(environment)}.jsonl`)
  return {
    async environments() {
      const files = (await namesIn(folder)).filter((name) => name.endsWith('.jsonl'))
      return files.map((name) => decodeURIComponent(name.slice(0, -'.jsonl'.length))).sort()
    },
    async read(environment) {
      const path = fileOf(environment)
      const lines = wholeLines(await bytesOf(path))
        .toString('utf8')
        .split('\n')
      const records = lines.flatMap((line, index) =>
        line.trim() === '' ? [] : [parseRecord(line, `history of environment "${environment}"`, index + 1)],
      )
      return records.reverse()
    },
    async append(record) {
      const line = `${JSON.stringify(DeploymentRecord.parse(record))}\n`
      const path = fileOf(record.environment)
      await withLock(join(locks, fileName(record.environment)), `environment ${record.environment}`, async () => {
        await mkdir(dirname(path), { recursive: true })
        await appendLine(path, line)
      })
    },
  }
}

/** Appends in one write, after cutting off what a run that died in the middle of a line has left. */
async function appendLine(path: string, line: string): Promise<void> {
  const before = await bytesOf(path)
  const whole = wholeLines(before).length
  const handle = await open(path, 'a', 0o644)
  try {
    if (whole < before.length) await handle.truncate(whole)
    try {
      await handle.writeFile(line)
      await handle.sync()
    } catch (error) {
      await handle.truncate(whole).catch(() => undefined)
      throw error
    }
  } finally {
    await handle.close()
  }
  await flush(dirname(path))
}

async function bytesOf(path: string): Promise<Buffer> {
  try {
    return await readFile(path)
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return Buffer.alloc(0)
    throw error
  }
}

// A record counts once its line is ended: what follows the last line break is still being written, or torn.
const wholeLines = (bytes: Buffer): Buffer => bytes.subarray(0, bytes.lastIndexOf(NEWLINE) + 1)

function parseRecord(line: string, what: string, number: number): DeploymentRecord {
  try {
    return DeploymentRecord.parse(JSON.parse(line))
  } catch (error) {
    throw new UserError(`the ${what} is damaged in line ${number}`, {
      cure: 'restore the file from a backup, or remove that line if you know what it said; it was not written by this version of Plumbline',
      cause: error,
    })
  }
}

/** An environment may have any name; letters, digits, "-", "_" and inner dots stay readable. */
function fileName(environment: string): string {
  if (environment === '' || environment.length > 200 || /\p{Cs}/u.test(environment)) {
    throw new UserError(`${JSON.stringify(environment.slice(0, 40))} is not the name of an environment`, {
      cure: 'use 1 to 200 characters, such as production',
    })
  }
  return encodeURIComponent(environment).replace(
    /[!'()*~]|^\./g,
    (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`,
  )
}
