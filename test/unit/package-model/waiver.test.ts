import { readWaiver } from '../../../actions/package-model/waiver.js'
import type { RunRef } from '../../../shared/contracts/common.js'
import { UserError } from '../../../shared/core/errors.js'
import { githubRunRef } from '../../../shared/core/run-ref.js'

const LAPTOP: RunRef = { kind: 'local', commit: null, dirty: false }
const GITHUB = githubRunRef({ GITHUB_RUN_ID: '7' })

function read(run: RunRef, reason?: string, named?: string, started?: string) {
  try {
    return readWaiver(
      { 'override-reason': reason, 'override-actor': named },
      { run, env: started === undefined ? {} : { GITHUB_ACTOR: started } },
    )
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    return error.problems.map(({ where, message, cure }) => `${where}: ${message} → ${cure}`)
  }
}

test.each<[what: string, got: ReturnType<typeof read>, expected: ReturnType<typeof read>]>([
  ['nobody sets anything aside', read(LAPTOP), null],
  ['nobody, on GitHub', read(GITHUB, undefined, undefined, 'octocat'), null],
  ['a person on a laptop', read(LAPTOP, 'why', 'Ada Lovelace'), { reason: 'why', actor: 'Ada Lovelace' }],
  [
    'a person on a laptop whose shell has a variable of GitHub',
    read(LAPTOP, 'why', 'Ada', 'octocat'),
    { reason: 'why', actor: 'Ada' },
  ],
  ['who started the run', read(GITHUB, 'why', undefined, 'octocat'), { reason: 'why', actor: 'octocat' }],
  ['who started the run, named too', read(GITHUB, 'why', 'octocat', 'octocat'), { reason: 'why', actor: 'octocat' }],
  ['a runner that does not say who', read(GITHUB, 'why', 'Ada', ' '), { reason: 'why', actor: 'Ada' }],
  [
    'a reason of nobody',
    read(LAPTOP, 'why', undefined, 'octocat'),
    [
      '--override-actor: is missing: --override-reason sets a refusal aside, and nobody is named who answers for it → name the person, such as "Ada Lovelace"',
    ],
  ],
  [
    'a runner that does not say who, and nobody named',
    read(GITHUB, 'why'),
    [
      'input "override-actor": is missing: input "override-reason" sets a refusal aside, and nobody is named who answers for it → name the person, such as "Ada Lovelace"',
    ],
  ],
  [
    'a name without a reason',
    read(LAPTOP, undefined, 'Ada'),
    [
      '--override-reason: is missing, but --override-actor is "Ada": nothing is set aside without a reason → say why, or leave the name out',
    ],
  ],
  [
    'another name than that of who started the run, and no reason: both',
    read(GITHUB, undefined, 'Ada"\n::error::', 'octocat'),
    [
      'input "override-reason": is missing, but input "override-actor" is "Ada\\"\\n::error::": nothing is set aside without a reason → say why, or leave the name out',
      'input "override-actor": is "Ada\\"\\n::error::", but "octocat" started this run → leave it out: on GitHub who started the run answers for it',
    ],
  ],
])('%s', (_, got, expected) => expect(got).toEqual(expected))
