import { UserError } from '../../core/errors.js'
import { digestOfJson } from '../../core/hash.js'
import { type DataEngine, EngineError } from '../engine/engine.js'
import { identifier, literal } from '../engine/sql.js'
import { attachedRelation } from './attached.js'
import type { Environment, Relation } from './relation.js'
import type { TableSource } from './source.js'

/**
 * Rows of Postgres, through the engine's extension, which is installed when somebody asks for it and never otherwise.
 * They are copied once, so that what is judged is one state of the table. Throws UserError; the address, which may hold a
 * password, is in no message.
 */
export async function openPostgres(engine: DataEngine, source: TableSource, env: Environment): Promise<Relation> {
  const variable = source.database
  const address = env[variable]
  const name = `postgres:${variable}${source.table === null ? '' : `/${source.table}`}`
  if (!address) {
    throw new UserError(`the environment variable ${variable} is not set`, {
      where: name,
      cure: `give the step its connection URL: env: { ${variable}: \${{ secrets.${variable} }} }`,
    })
  }
  await loadExtension(engine, name)
  return attachedRelation(engine, source, {
    name,
    attach: (alias) => `ATTACH ${literal(address)} AS ${identifier(alias)} (TYPE postgres, READ_ONLY)`,
    materialize: true,
    explain: (error) => explainPostgres(error.message, address, name),
    link: (copy, columns) => async (_table, _columns, rows) => ({
      kind: 'file',
      name,
      digest: await digestOfRows(engine, copy, columns),
      rows,
    }),
  })
}

async function loadExtension(engine: DataEngine, where: string): Promise<void> {
  try {
    await engine.run('LOAD postgres')
    return
  } catch (error) {
    if (!(error instanceof EngineError)) throw error
  }
  try {
    await engine.run('INSTALL postgres')
    await engine.run('LOAD postgres')
  } catch (error) {
    if (!(error instanceof EngineError)) throw error
    throw new UserError('the Postgres extension of the data engine cannot be installed', {
      where,
      cure: 'let the runner reach extensions.duckdb.org, or export the rows before this step, for example: psql -c "\\copy (SELECT …) TO data.csv CSV HEADER"',
      cause: error,
    })
  }
}

/** What Postgres or the engine said, without the address and its parts. */
export function explainPostgres(message: string, address: string, name: string): UserError {
  return new UserError(`${name} cannot be read: ${withoutAddress(message.split('\n')[0] ?? '', address)}`, {
    where: name,
    cure: 'check the address, that the runner can reach the server, and that its user may read the table',
  })
}

/** A text without a connection address, its password and its user, as they stand there and decoded. */
export function withoutAddress(text: string, address: string): string {
  const secrets = [address, address.trim()]
  const add = (part: string | undefined) => {
    if (part === undefined || part === '') return
    secrets.push(part)
    try {
      secrets.push(decodeURIComponent(part))
    } catch {
      // A percent sign that is no escape stands for itself.
    }
  }
  const url = /^\s*[a-z]+:\/\/([^@/?#]*(?:@[^@/?#]*)*)@/i.exec(address)?.[1]
  add(url)
  add(url?.split(':')[0])
  add(url?.split(':').slice(1).join(':'))
  for (const [, single, plain] of address.matchAll(
    /(?:password|user|passfile)\s*=\s*(?:'((?:[^'\\]|\\.)*)'|([^\s&]+))/gi,
  )) {
    add(single)
    add(single?.replace(/\\(.)/g, '$1'))
    add(plain)
  }
  return [...new Set(secrets)]
    .sort((a, b) => b.length - a.length)
    .reduce((left, secret) => (secret === '' ? left : left.replaceAll(secret, '***')), text)
}

/**
 * A digest of rows in whatever order they come: names and types of the columns, the number of rows, and the sums of the
 * two halves of each row's MD5.
 */
export async function digestOfRows(engine: DataEngine, table: string, columns: readonly string[]): Promise<string> {
  const text = (name: string) => `CAST(${identifier(name)} AS VARCHAR)`
  // With its length before it, no text can look like two.
  const row = columns.map((name) => `coalesce(length(${text(name)}) || ':' || ${text(name)}, '-')`).join(', ')
  const types = await engine.all(`DESCRIBE SELECT * FROM ${table}`)
  const [sums = {}] = await engine.all(
    `SELECT count(*) AS n, CAST(sum(md5_number_lower(t)) AS VARCHAR) AS lower, CAST(sum(md5_number_upper(t)) AS VARCHAR) AS upper
     FROM (SELECT concat(${row}) AS t FROM ${table})`,
  )
  return digestOfJson({
    columns: types.map(({ column_name, column_type }) => [String(column_name), String(column_type)]),
    rows: Number(sums.n),
    lower: String(sums.lower),
    upper: String(sums.upper),
  })
}
