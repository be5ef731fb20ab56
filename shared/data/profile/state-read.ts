import { type Problem, problemsError, UserError } from '../../core/errors.js'
import { VERSION } from '../../core/version.js'
import { type DataEngine, EngineError } from '../engine/engine.js'
import { literalList } from '../engine/sql.js'
import { StateHead } from './state-schema.js'
import { stateDigest } from './state-write.js'

/** A state that was verified. */
export interface OpenState {
  /** As the user named it. */
  readonly path: string
  /** What stands after FROM. */
  readonly from: string
  readonly head: StateHead
}

const CURE = 'write it again: plumbline profile --state <file>'

/** Opens the state in a file. Throws UserError when it is none, damaged, or of another version. */
export async function openState(engine: DataEngine, path: string, absolute: string): Promise<OpenState> {
  const from = `read_parquet(${literalList([absolute])})`
  try {
    const head = await headOf(engine, from, path)
    const { digest, ...rest } = head
    const own = engine.hashes ?? engine.version
    if (head.plumblineVersion !== VERSION || head.engine !== own) {
      throw new UserError(
        `${path} was written by Plumbline ${head.plumblineVersion} with engine ${head.engine}, and this is ${VERSION} with ${own}`,
        { where: path, cure: 'use one version for all parts and for the merge' },
      )
    }
    if ((await stateDigest(engine, from, rest)) !== digest) {
      throw new UserError(`${path} is damaged: its digest is not that of its content`, { where: path, cure: CURE })
    }
    return { path, from, head }
  } catch (error) {
    if (!(error instanceof EngineError)) throw error
    throw new UserError(`${path} is not the state of a profile`, { where: path, cure: CURE, cause: error })
  }
}

async function headOf(engine: DataEngine, from: string, path: string): Promise<StateHead> {
  const rows = await engine.all(`SELECT t FROM ${from} WHERE part = 'head'`)
  const text = rows.length === 1 ? String(rows[0]?.t) : ''
  let json: unknown = null
  try {
    json = JSON.parse(text)
  } catch {
    // Told below.
  }
  const schema = (json as { schema?: unknown } | null)?.schema
  if (typeof schema === 'string' && /^plumbline\.profile-state\/(?!1$)/.test(schema)) {
    throw new UserError(`${path} has schema ${JSON.stringify(schema)}, expected "plumbline.profile-state/1"`, {
      where: path,
      cure: 'use one version of Plumbline for all parts and for the merge',
    })
  }
  const head = StateHead.safeParse(json)
  if (head.success) return head.data
  throw new UserError(`${path} is not the state of a profile`, { where: path, cure: CURE })
}

/** Throws UserError that names every reason why some states are not the parts of one dataset. */
export function requireParts(states: readonly OpenState[]): void {
  const problems = [...differences(states), ...overlaps(states), ...absentShards(states)]
  if (problems.length > 0) throw problemsError('these are not the parts of one dataset', problems)
}

function differences(states: readonly OpenState[]): Problem[] {
  const [first, ...others] = states
  if (first === undefined) return []
  return others.flatMap((other) => [...settingsDiffer(first, other), ...columnsDiffer(first, other)])
}

function settingsDiffer(first: OpenState, other: OpenState): Problem[] {
  const keys = Object.keys(first.head.settings) as (keyof StateHead['settings'])[]
  return keys.flatMap((key): Problem[] => {
    const [a, b] = [first, other].map(({ head }) => JSON.stringify(head.settings[key])) as [string, string]
    if (a === b) return []
    return [
      {
        where: other.path,
        message: `\`${key}\` is ${b}, and ${a} in ${first.path}`,
        cure: 'write all parts with the same plumbline.yml, contract and flags',
      },
    ]
  })
}

function columnsDiffer(first: OpenState, other: OpenState): Problem[] {
  const cure = 'parts of one dataset have the same columns; declare a type in the contract where the files differ'
  const [before, now] = [first, other].map(({ head }) => new Map(head.columns.map(({ name, type }) => [name, type])))
  const problems: Problem[] = []
  for (const [name, type] of before as Map<string, string>) {
    const found = now?.get(name)
    if (found === undefined) {
      problems.push({
        where: other.path,
        message: `the column ${JSON.stringify(name)} of ${first.path} is not there`,
        cure,
      })
    } else if (found !== type) {
      problems.push({
        where: other.path,
        message: `the column ${JSON.stringify(name)} is ${found}, and ${type} in ${first.path}`,
        cure,
      })
    }
  }
  for (const name of now?.keys() ?? []) {
    if (before?.has(name)) continue
    problems.push({
      where: other.path,
      message: `the column ${JSON.stringify(name)} is not in ${first.path}`,
      cure,
    })
  }
  return problems
}

/** Rows that would count twice. */
function overlaps(states: readonly OpenState[]): Problem[] {
  const seen = new Map<string, string>()
  const problems: Problem[] = []
  for (const { path, head } of states) {
    for (const { name, digest } of head.files) {
      const part = head.shard?.by === 'rows' ? `${head.shard.index} of ${head.shard.of} of ` : ''
      const key = `${part}${name}`
      const before = seen.get(key)
      if (before !== undefined) {
        problems.push({
          where: path,
          message: `${key} is in ${before} too: its rows would count twice`,
          cure: 'name every part once',
        })
      }
      seen.set(key, path)
      const other = states.find(({ head: { files } }) =>
        files.some((file) => file.name === name && file.digest !== digest),
      )
      if (part !== '' && other !== undefined && other.path < path) {
        problems.push({
          where: path,
          message: `${name} is not the same file as in ${other.path}`,
          cure: 'write the parts again from the same files',
        })
      }
    }
  }
  return problems
}

function absentShards(states: readonly OpenState[]): Problem[] {
  const sharded = states.filter(({ head }) => head.shard !== null)
  const [first] = sharded
  if (first === undefined) return []
  const { of, by } = first.head.shard as NonNullable<StateHead['shard']>
  const other = states.find(({ head }) => head.shard?.of !== of || head.shard?.by !== by)
  if (other !== undefined) {
    return [
      {
        where: other.path,
        message: `it is not one of the ${of} parts by ${by} that ${first.path} is of`,
        cure: 'merge the parts of one division only',
      },
    ]
  }
  const there = new Set(sharded.map(({ head }) => head.shard?.index))
  const absent = Array.from({ length: of }, (_, i) => i + 1).filter((index) => !there.has(index))
  if (absent.length === 0) return []
  const many = absent.length > 1
  return [
    {
      message: `${many ? 'parts' : 'part'} ${absent.slice(0, 20).join(', ')} of ${of} ${many ? 'are' : 'is'} missing`,
      cure: 'name the states of all parts',
    },
  ]
}
