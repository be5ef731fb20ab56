import { UserError } from '../shared/core/errors.js'
import { nearestNames } from '../shared/core/nearest.js'
import { EXIT } from './exit.js'
import type { CommandContext, Explanations } from './main.js'
import { colors } from './terminal.js'

const VERDICTS: Explanations = {
  pass: { title: 'pass', meaning: 'Every rule was checked on enough evidence and holds.', cure: 'Nothing to do.' },
  warn: {
    title: 'warn',
    meaning: 'A rule of level `warn` is broken, or something that a person should know.',
    cure: 'Read the finding. `fail-on: warn` makes it stop the step.',
  },
  inconclusive: {
    title: 'inconclusive',
    meaning:
      'The evidence does not decide: too few rows, an interval on both sides of the bound, an undefined ratio or no data. It is never a pass, and stops the step by default.',
    cure: 'Give more rows, or widen the margin on purpose. The report says how large a change could be seen. `fail-on: fail` lets it through.',
  },
  fail: {
    title: 'fail',
    meaning: 'A rule is broken, and the evidence shows it.',
    cure: 'Read the first finding: rule, number, interval, where. Mend the cause, not the rule.',
  },
  error: {
    title: 'error',
    meaning: 'The question could not be asked: a mistake in configuration or files, or a tool that failed.',
    cure: 'The message names the place and the cure.',
  },
}

/** `plumbline explain [name…]`. Throws UserError for a name that nothing emits. */
export async function explain(
  { catalogue, terminal, json }: CommandContext,
  names: readonly string[],
): Promise<number> {
  const all: Record<string, Explanations> = { verdicts: VERDICTS }
  for (const [stage, load] of Object.entries(catalogue.explanations)) all[stage] = await load()
  const color = colors(terminal)
  if (names.length === 0) {
    if (json()) terminal.out.write(`${JSON.stringify(all, null, 2)}\n`)
    else {
      for (const [stage, entries] of Object.entries(all)) {
        terminal.out.write(`${color.bold(stage)}\n`)
        for (const [code, entry] of Object.entries(entries)) terminal.out.write(`  ${code.padEnd(28)} ${entry.title}\n`)
      }
    }
    return EXIT.ok
  }
  const found = names.flatMap((name) => entriesOf(all, name))
  if (json()) terminal.out.write(`${JSON.stringify(found, null, 2)}\n`)
  else
    terminal.out.write(
      found
        .map(
          ({ stage, code, title, meaning, cure }) =>
            `${color.bold(code)} (${stage})${title === code ? '' : `: ${title}`}\n\n${meaning}\n\nWhat to do: ${cure}\n`,
        )
        .join('\n'),
    )
  return EXIT.ok
}

function entriesOf(all: Readonly<Record<string, Explanations>>, name: string) {
  const found = Object.entries(all).flatMap(([stage, entries]) => {
    const entry = Object.hasOwn(entries, name) ? entries[name] : undefined
    return entry ? [{ stage, code: name, ...entry }] : []
  })
  if (found.length > 0) return found
  const known = [...new Set(Object.values(all).flatMap((entries) => Object.keys(entries)))]
  const near = nearestNames(name, known, { most: 3, apart: Number.POSITIVE_INFINITY })
  throw new UserError(`nothing is called "${name}"`, {
    cure: `did you mean ${near.join(', ')}? \`plumbline explain\` lists them all`,
  })
}
