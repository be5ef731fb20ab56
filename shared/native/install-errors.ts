import { codeOf, messageOf, UserError } from '../core/errors.js'
import { capital, type NativePackage } from './package.js'

/** `npm ci` did not end well; with what it said last. */
export class NpmFailure extends Error {
  readonly output: readonly string[]
  constructor(code: number | null, output: readonly string[]) {
    super(`npm ci ended with ${code === null ? 'a signal' : `code ${code}`}`)
    this.output = output
  }
}

/** The package has to be installed and there is nothing to install it with. */
export function noNpm({ title, name, version }: NativePackage): UserError {
  return new UserError(`${capital(title)} has to be installed, and npm is not found`, {
    cure: `add a step with actions/setup-node before this one, or \`npm i ${name}@${version}\` in the workspace`,
  })
}

type Cause = readonly [pattern: RegExp, reason: string, cure: (native: NativePackage) => string]

const CAUSES: readonly Cause[] = [
  [
    /EINTEGRITY/,
    'what the registry sent does not match the digest in the lock file',
    () =>
      'the package was changed on its way: check the registry or proxy that npm uses (npm config get registry); never switch the check off',
  ],
  [
    /ENOSPC|EDQUOT/,
    'the disk is full',
    ({ megabytes }) => `free ${megabytes.free} MB in the tool cache and the temporary folder, and run again`,
  ],
  [
    /EBADPLATFORM|notsup/i,
    'npm says that this platform is not supported',
    ({ platforms }) => `run this stage on one of: ${platforms.join(', ')}`,
  ],
  [
    /E401|E403|ENEEDAUTH/,
    'the registry refuses to serve the packages',
    () => 'give npm the credentials of your registry (.npmrc of the user, NODE_AUTH_TOKEN)',
  ],
  [
    /E404|ETARGET|ENOVERSIONS/,
    'the registry does not have the packages',
    ({ name, version }) =>
      `let your registry mirror ${name} ${version} and what it depends on, or point npm to one that has them`,
  ],
  [
    /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ERR_SOCKET|network|CERT|self[- ]signed/i,
    'the npm registry cannot be reached',
    ({ home }) =>
      `check the network, proxy and certificate settings of npm; without network keep the folder ${home} of the tool cache from a job that has one`,
  ],
]

/** What an installation ended with, as a UserError with its cause, cure and the last lines of npm. */
export function installError(native: NativePackage, error: unknown): unknown {
  if (error instanceof UserError) return error
  const output = error instanceof NpmFailure ? error.output : []
  const text = [codeOf(error) ?? '', messageOf(error), ...output].join('\n')
  const [, reason, cure] = CAUSES.find(([pattern]) => pattern.test(text)) ?? [
    null,
    messageOf(error),
    ({ lock }: NativePackage) => `run \`npm ci\` by hand in dist/${lock} to see why`,
  ]
  const quote = output.filter((line) => line.trim() !== '').slice(-3)
  const said = quote.length === 0 ? '' : ` npm says: ${quote.join(' | ').slice(0, 400)}`
  return new UserError(`${capital(native.title)} could not be installed: ${reason}.${said}`, {
    cure: cure(native),
    cause: error,
  })
}
