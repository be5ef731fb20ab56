import type { Scalar } from '../../shared/contracts/common.js'
import type { Change } from '../../shared/contracts/post-mortem.js'
import { endOf } from '../../shared/core/endings.js'
import { describeOverride } from '../../shared/registry/overrides.js'
import {
  type Block,
  banner,
  code,
  codeBlock,
  column,
  details,
  heading,
  type Inline,
  link,
  list,
  paragraph,
  type Report,
  strong,
  table,
} from '../../shared/report/blocks.js'
import { formatNumber, formatTime, plural } from '../../shared/report/format.js'
import type { Analysis } from './analyse.js'
import { rankingNote } from './hypotheses.js'

/** Facts first, each with its source; then what is only supposed; then what to do; then what people have to say. */
export function renderPostMortem(analysis: Analysis): Report {
  const { verdict, title, summary, failure } = analysis
  const blocks =
    failure === null ? [...overrides(analysis), ...timeline(analysis), ...notCollected(analysis)] : incident(analysis)
  return { title: 'post-mortem', verdict: banner(verdict, title, summary), blocks }
}

function incident(analysis: Analysis): Block[] {
  return [
    ...first(analysis),
    ...overrides(analysis),
    ...broke(analysis),
    ...section('Impact', analysis.impact),
    ...rollback(analysis),
    ...changes(analysis),
    ...hypotheses(analysis),
    ...actions(analysis),
    ...timeline(analysis),
    ...section('Questions that only people can answer', analysis.questions),
    ...notCollected(analysis),
  ]
}

const section = (title: string, items: readonly Inline[]): Block[] =>
  items.length === 0 ? [] : [heading(2, title), list(items)]

function first({ failure, class: kind, signature, bad, lastGood, consequences }: Analysis): Block[] {
  if (failure === null) return []
  const isWorkflow = kind === 'workflow'
  // A step that is no stage may be anywhere in the life of a version.
  const trial = bad === null ? 'none yet: it failed before a version was released' : code(bad)
  const rows: Inline[][] = [
    [isWorkflow ? 'step' : 'stage', strong(failure.stage)],
    ['verdict', failure.verdict],
    ...(failure.rule === null ? [] : [['rule', code(failure.rule)]]),
    ...(failure.subject === null || isWorkflow ? [] : [['subject', failure.subject]]),
    ['found', failure.message],
    ['at', formatTime(failure.at)],
    ['class', kind],
    ...(isWorkflow ? [] : [['version on trial', trial]]),
    [
      'last good version',
      lastGood === null ? 'none was ever in production' : [code(lastGood.tag), `, deployed ${formatTime(lastGood.at)}`],
    ],
    ['signature', [code(signature), ' (the same kind of failure has the same)']],
    ['source', code(failure.source)],
  ]
  const after: Block[] =
    consequences.length === 0
      ? []
      : [paragraph('After it:'), list(consequences.map(({ stage, message }) => [strong(stage), ` ${message}`]))]
  return [heading(2, 'What failed first'), table(['', ''], rows), ...after]
}

/** That a version came through by the word of a person is a fact about it, also when it is not what failed. */
function overrides({ overrides = [] }: Analysis): Block[] {
  return section(
    'Set aside by people',
    overrides.map(({ tag, ...override }): Inline => {
      const version = tag === null ? 'the model of this run' : code(tag)
      return [version, ': ', describeOverride(override)]
    }),
  )
}

/** The run, its failing step and what its log says; all of it text that others wrote. */
function broke({ workflow }: Analysis): Block[] {
  if (workflow === null) return []
  const { run, failed, lastGood, range } = workflow
  const attempt = run.attempt > 1 ? `, attempt ${run.attempt}` : ''
  const rows: Inline[][] = [['run', [link(run.url, `run ${run.id}`), `${attempt} of ${run.workflow} (${run.event})`]]]
  if (run.branch !== null) rows.push(['branch', code(run.branch)])
  rows.push(['commit', code(run.commit.slice(0, 7))])
  if (lastGood !== null)
    rows.push(['last good run', [link(lastGood.url, `run ${lastGood.id}`), ` of ${formatTime(lastGood.at)}`]])
  if (failed !== null) {
    rows.push(['job', failed.url === null ? failed.job : link(failed.url, failed.job)])
    if (failed.step !== null) rows.push(['step', failed.step])
    if (failed.command !== null) rows.push(['command', code(failed.command)])
    if (failed.exitCode !== null) rows.push(['its end', `the command ${endOf(failed.exitCode).meaning}`])
  }
  const notes = failed === null ? [] : failed.notes.map((note): Block => paragraph(note))
  const excerpt = failed?.excerpt ? [codeBlock(failed.excerpt)] : []
  return [heading(2, 'Where it broke'), table(['', ''], rows), ...notes, ...excerpt, ...commits(range)]
}

const MOST_COMMITS = 20

function commits(range: NonNullable<Analysis['workflow']>['range']): Block[] {
  if (range === null || range.commits.length === 0) return []
  const rows = range.commits
    .slice(-MOST_COMMITS)
    .map(({ sha, title, url }): Inline[] => [link(url, code(sha.slice(0, 7))), title])
  const more = range.total > rows.length ? `, the last ${rows.length} of them` : ''
  return [
    details(`${plural(range.total, 'commit')} since the last good run${more}`, [table(['commit', 'title'], rows)]),
  ]
}

function rollback({ rollback }: Analysis): Block[] {
  const { helps, to, reason, command, refused } = rollback
  const blocks: Block[] = [
    heading(2, 'Rollback'),
    paragraph(
      helps
        ? ['Going back to ', code(to ?? ''), ' helps: ', reason, '.']
        : [strong('No rollback is proposed'), `: ${reason}.`],
    ),
  ]
  if (command !== null) blocks.push(codeBlock(command, { language: 'sh' }))
  if (refused.length > 0) {
    blocks.push(
      details('Versions that were not taken', [
        table(
          ['version', 'why not'],
          refused.map(({ tag, reason }) => [code(tag), reason]),
        ),
      ]),
    )
  }
  return blocks
}

function changes({ changes, findings, lastGood, bad }: Analysis): Block[] {
  if (changes.length === 0 && findings.length === 0) return []
  const releases = changes.filter(({ group }) => group !== 'production')
  const production = changes.filter(({ group }) => group === 'production')
  return [
    heading(2, 'What changed'),
    list(findings),
    ...matrix(releases, [lastGood?.tag ?? 'last good version', bad ?? 'this run']),
    ...matrix(production, ['training or objective', 'production']),
  ]
}

/** Changed things as a table of at most twelve open rows; what is the same is only named. */
function matrix(changes: readonly Change[], sides: readonly [good: string, bad: string]): Block[] {
  const columns = ['what', ...sides, 'source']
  const changed = changes
    .filter((item) => item.changed)
    .map(({ what, good, bad, source }): Inline[] => [what, show(good), show(bad), source])
  const same = changes.filter((item) => !item.changed)
  return [
    ...(changed.length === 0 ? [] : [table(columns, changed.slice(0, 12))]),
    ...(changed.length <= 12
      ? []
      : [details(`${changed.length - 12} more changes`, [table(columns, changed.slice(12))])]),
    ...(same.length === 0
      ? []
      : [
          details(`${plural(same.length, 'thing')} that did not change: ${sides.join(' and ')}`, [
            list(same.map(unchanged)),
          ]),
        ]),
  ]
}

const unchanged = ({ what, good, bad }: Change): string =>
  good === bad ? `${what}: ${show(good)}` : `${what}: ${show(good)}, ${show(bad)}`

function show(value: Scalar): string {
  if (value === null) return 'not there'
  return typeof value === 'number' ? formatNumber(value, 4) : String(value)
}

function hypotheses({ hypotheses }: Analysis): Block[] {
  const intro =
    'None of this is proven. Points: 5 for what the failing rule names or what began with the fault, 4 for a change in what the failing stage reads, 3 for a change elsewhere, 2 for what only fits.'
  const rows = hypotheses
    .slice(0, 8)
    .map(({ statement, evidence, points }): Inline[] => [
      String(points),
      statement,
      evidence.map(({ text, points }) => `${text} (+${points})`).join(' '),
    ])
  return [
    heading(2, 'Hypotheses'),
    paragraph([rankingNote(hypotheses), ' ', intro]),
    ...(rows.length === 0 ? [] : [table([column('points', 'right'), 'hypothesis', 'evidence'], rows)]),
  ]
}

function actions({ actionItems }: Analysis): Block[] {
  if (actionItems.length === 0) return []
  const rows = actionItems.map(({ priority, type, text, done, owner }): Inline[] => [
    priority,
    type,
    text,
    done,
    owner ?? 'unassigned',
  ])
  return [heading(2, 'Action items'), table(['', 'type', 'what', 'done when', 'owner'], rows)]
}

/** More events than this are folded. */
const OPEN_EVENTS = 12

function timeline({ timeline }: Analysis): Block[] {
  if (timeline.length === 0) return []
  const rows = timeline.map(({ at, event, source }): Inline[] => [formatTime(at), event, source])
  const columns = ['time', 'event', 'source']
  const shown = table(columns, rows.slice(-OPEN_EVENTS))
  const older =
    rows.length <= OPEN_EVENTS
      ? []
      : [details(`${rows.length - OPEN_EVENTS} earlier events`, [table(columns, rows.slice(0, -OPEN_EVENTS))])]
  return [heading(2, 'Timeline'), ...older, shown]
}

function notCollected({ notCollected }: Analysis): Block[] {
  if (notCollected.length === 0) return []
  return [
    details('What was not collected, and why', [
      list(notCollected.map(({ what, reason }) => [strong(what), `: ${reason}`])),
    ]),
  ]
}
