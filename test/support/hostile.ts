import { existsSync, lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'
import { scriptElement } from '../../shared/report/html-script.js'
import { type BundleOptions, type BundleRun, runBundle, workspace } from './run-bundle.js'

/** Stands in every payload: where it heads a workflow command or is live in a report, something was injected. */
export const MARK = 'PWNED'

/** Texts that become something else where they are not escaped, delimited or quoted. */
export const PAYLOADS = [
  `"; DROP TABLE x; --`,
  `a" OR 1=1`,
  'select',
  '"',
  "'",
  '`',
  `::set-output name=verdict::${MARK}`,
  `::error::${MARK}`,
  `::add-mask::${MARK}`,
  `##[error]${MARK}`,
  `x ##[add-mask]${MARK}`,
  `\u0085::error::${MARK}`,
  `<script>alert('${MARK}')</script>`,
  `<img src=x onerror=alert('${MARK}')>`,
  '</details>',
  '| a | b |',
  '```',
  '<!-- plumbline -->',
  '@everyone',
  '#1',
  `[x](javascript:alert('${MARK}'))`,
  '$(touch pwned)',
  '\u202eevil\u2066',
  '🐦',
  '__proto__',
  'constructor',
  'x'.repeat(3000),
]

/** A stage started on hostile ground, and what it must not have done: empty when it held. */
export async function attack(
  stage: string,
  options: BundleOptions,
): Promise<BundleRun & { readonly offences: string[] }> {
  const temporary = workspace()
  try {
    const run = await runBundle(stage, { ...options, env: { TMPDIR: temporary.path, ...options.env } })
    const left = readdirSync(temporary.path).map((name) => `left behind in the temporary folder: ${name}`)
    return { ...run, offences: [...offencesOf(run, options.cwd), ...left] }
  } finally {
    temporary.remove()
  }
}

function offencesOf(run: BundleRun, cwd: string): string[] {
  const log = `${run.stdout}\n${run.stderr}`
  const found = [
    ...(/^ +at .+:\d+:\d+\)?$/m.test(log) ? ['a stack trace'] : []),
    ...(log.includes('unexpected error') ? ['a mistake of the user taken for a bug'] : []),
    ...commandsIn(log)
      .filter(({ name, data }) => !OURS.has(name) || data.trimStart().startsWith(MARK))
      .map(({ line }) => `an injected command: ${line}`),
    ...markdownOffences('the step summary', run.summary),
    ...leftRunning(cwd).map((command) => `left running: ${command}`),
  ]
  for (const path of filesIn(cwd)) {
    if (/\.(tmp|part)$/.test(path) || /(^|\/)pwned/.test(path)) found.push(`littered: ${path}`)
    if (!path.startsWith('.plumbline/') || !/\.(json|md|html)$/.test(path)) continue
    const text = readFileSync(join(cwd, path), 'utf8')
    if (text.includes(cwd)) found.push(`a path of the machine in ${path}`)
    if (path.endsWith('.md')) found.push(...markdownOffences(path, text))
    if (path.endsWith('.html')) found.push(...htmlOffences(path, text))
  }
  return found
}

const OURS = new Set(['error', 'warning', 'notice', 'debug', 'group', 'endgroup'])
const KNOWN = new Set([...OURS, 'add-mask', 'add-matcher', 'add-path', 'echo', 'remove-matcher', 'save-state'])
const COMMANDS = new Set([...KNOWN, 'set-env', 'set-output', 'stop-commands'])

/**
 * What the runner takes for a command: `::name …::data` after white space, else `##[name …]data` anywhere in a line,
 * each with a name that it knows.
 */
function commandsIn(log: string): { name: string; data: string; line: string }[] {
  return log.split(/\r\n|\r|\n/).flatMap((line) => {
    const found =
      /^[\s\u0085]*::([\w-]+)(?: .*?)?::(.*)$/.exec(line) ?? /^.*?##\[([\w-]+)(?: [^\]]*)?\](.*)$/.exec(line)
    const [, name, data] = found ?? []
    return name !== undefined && COMMANDS.has(name) ? [{ name, data: data ?? '', line: line.slice(0, 200) }] : []
  })
}

/** Tags that reports are made of; none of them can do anything. */
const HARMLESS = /^(?:details|summary|br|span|sub|sup|code|pre|b|strong)$/i

function markdownOffences(name: string, text: string): string[] {
  const prose = text
    .replace(/^(`{3,})[^\n]*\n[\s\S]*?\n\1$/gm, '')
    .replace(/<code>(?:[^<]|<span><\/span>)*<\/code>/g, '')
    .replace(/(`+)[^`].*?\1/g, '')
  const tags = [...prose.matchAll(/<\/?([a-z][\w-]*)([^>]*)>/gi)]
    .filter(
      ([, tag, attributes]) => !HARMLESS.test(tag as string) || /\s(?:on\w+|src|href)\s*=/i.test(attributes ?? ''),
    )
    .map(([tag]) => `live HTML in ${name}: ${tag}`)
  const count = (part: string) => prose.split(part).length - 1
  return [
    ...tags,
    ...(count('<details>') === count('</details>') ? [] : [`<details> does not fit in ${name}`]),
    ...(count('<!--') > 1 ? [`an injected comment in ${name}`] : []),
    ...(/(?:^|[^\w`&;>])@everyone/m.test(prose) ? [`a mention in ${name}`] : []),
    ...(/(?:^|[^\w`&;>])#1\b/m.test(prose) ? [`a reference in ${name}`] : []),
    ...(/(?<!\\)\]\(\s*javascript:/i.test(prose) ? [`a script behind a link in ${name}`] : []),
  ]
}

function htmlOffences(name: string, text: string): string[] {
  const links = [...text.matchAll(/\s(?:href|src|action|formaction)="\s*([^"]*)"/gi)]
    .filter(([, target]) => /^(?:javascript|data|vbscript):/i.test(target as string))
    .map(([attribute]) => `an active link in ${name}: ${attribute}`)
  // The policy of the page names its one script by digest: no other would run.
  const bare = text.replace(scriptElement, '').replace(/="[^"]*"/g, '=""')
  const active = /<(?:script|img|iframe|object|embed|base|form|link)\b[^>]*>|<[^>]*\son\w+=[^>]*>/i.exec(bare)
  return active ? [...links, `active content in ${name}: ${active[0].slice(0, 100)}`] : links
}

function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
    (path) => lstatSync(join(folder, path), { throwIfNoEntry: false })?.isFile() === true,
  )
}

/** Programs that still work in a folder, where the system can tell. */
function leftRunning(folder: string): string[] {
  if (!existsSync('/proc/self/cwd')) return []
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        if (!readlinkSync(`/proc/${pid}/cwd`).startsWith(folder)) return []
        return [readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')]
      } catch {
        // It has ended in between, or belongs to somebody else.
        return []
      }
    })
}
