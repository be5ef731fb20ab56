import * as z from 'zod'
import type { Verdict } from '../contracts/common.js'
import type { UploadedArtifact } from '../github/artifacts.js'
import type { Context } from './context.js'
import { FAIL_ON } from './verdict.js'

export interface InputSpec<S extends z.ZodType = z.ZodType> {
  readonly schema: S
  readonly description: string
  /** Text used when the input is empty. Expressions such as `${{ github.token }}` are for the runner only. */
  readonly default?: string
  readonly required?: boolean
  /** Key of plumbline.yml that this input overrides, such as `train.seed`; it is checked by that key's schema. */
  readonly config?: string
  /** Without meaning on a laptop, where the command does not have it. */
  readonly runnerOnly?: boolean
}

export type InputSpecs = Readonly<Record<string, InputSpec>>
export type Inputs<I extends InputSpecs> = { readonly [K in keyof I]: z.output<I[K]['schema']> }
export type OutputValues<O> = { readonly [K in keyof O]: string | number | boolean | null }

export interface Outcome<O> {
  readonly verdict: Verdict
  /** The reason of the verdict in one sentence. */
  readonly summary: string
  readonly outputs: OutputValues<O>
  /**
   * What GitHub may refuse, such as a comment. It runs after outputs, summary and verdict are set, and returns outputs that
   * are known only then. What it throws becomes one warning and changes nothing. `artifact` holds the documents and the
   * reports, null when none was uploaded.
   */
  readonly publish?: (artifact: UploadedArtifact | null) => Promise<Partial<OutputValues<O>>>
}

/** What is left to do of an outcome once its verdict is told. */
export type Publishing<O> = Pick<Outcome<O>, 'publish'>

export interface Action<
  I extends InputSpecs = InputSpecs,
  O extends Readonly<Record<string, string>> = Readonly<Record<string, string>>,
> {
  readonly name: string
  readonly title: string
  readonly description: string
  readonly icon: string
  readonly color: 'white' | 'black' | 'yellow' | 'blue' | 'green' | 'orange' | 'red' | 'purple' | 'gray-dark'
  /** Job permissions it needs and why. */
  readonly permissions: Readonly<Record<string, string>>
  readonly inputs: I & typeof COMMON_INPUTS
  readonly outputs: O & typeof COMMON_OUTPUTS
  run(inputs: Inputs<I & typeof COMMON_INPUTS>, context: Context): Promise<Outcome<O>>
  /**
   * What GitHub is told when `run` threw, such as in a comment that would else speak for an earlier commit. Outputs and
   * exit code are set then.
   */
  onError?(inputs: Inputs<I & typeof COMMON_INPUTS>, context: Context, error: unknown): Promise<Publishing<O>>
}

/** An input of the action alone. */
export function input<S extends z.ZodType>(
  schema: S,
  spec: { description: string; default?: string; required?: boolean; runnerOnly?: boolean },
): InputSpec<S> {
  return { schema, ...spec }
}

/** An input that overrides a key of plumbline.yml; the action reads the value from `context.config`. */
export function override(config: string, description: string): InputSpec<z.ZodOptional<z.ZodString>> {
  return { schema: z.string().optional(), description: `${description} Overrides \`${config}\`.`, config }
}

/** Text that is not empty. */
export const text = () => z.string().min(1)
/** `true` or `false`, as YAML 1.2 writes them. */
export const flag = () =>
  z.stringbool({ truthy: ['true'], falsy: ['false'], case: 'insensitive', error: 'use true or false' })
export const oneOf = <const V extends readonly [string, ...string[]]>(...values: V) => z.enum(values)

const suffix = () =>
  z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, 'use at most 64 letters, digits, ".", "_" and "-"')

/** Inputs of every action. */
export const COMMON_INPUTS = {
  config: input(text(), { description: 'Configuration file.', default: 'plumbline.yml' }),
  'working-directory': input(text(), { description: 'Folder that all paths are relative to.', default: '.' }),
  'run-directory': input(text(), {
    description: 'Folder of the documents, in the working directory.',
    default: '.plumbline',
  }),
  'fail-on': input(oneOf(...FAIL_ON), {
    description:
      'Lowest verdict that fails the step: `never`, `fail`, `inconclusive` or `warn`. An `error` always fails it.',
    default: 'inconclusive',
  }),
  // Taken by the runtime before anything else sees it.
  'github-token': input(text().optional(), {
    description:
      'Token for releases, deployments, comments and artifacts of other runs. Without one, or with `registry:` naming a directory, nothing is asked of the registry on GitHub.',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: an expression of GitHub
    default: '${{ github.token }}',
    runnerOnly: true,
  }),
  artifacts: input(flag(), {
    description:
      'Whether documents are handed over between jobs: those of this step are uploaded as the artifact `plumbline-<stage>`, and those of earlier stages that are not on disk are taken from theirs.',
    default: 'true',
    runnerOnly: true,
  }),
  'artifact-suffix': input(suffix().optional(), {
    description:
      'End of the name of the artifact, `plumbline-<stage>-<suffix>`, for the legs of a matrix or several models in one run. Earlier documents are looked for under the name with it, then under the one without.',
    runnerOnly: true,
  }),
} satisfies InputSpecs

/** Outputs of every action. */
const COMMON_OUTPUTS = {
  verdict: '`pass`, `warn`, `inconclusive`, `fail` or `error`.',
  summary: 'The reason of the verdict in one sentence.',
  'artifact-url': 'Address of the artifact with the documents and reports of this step; empty when none was uploaded.',
} as const

/** Parsed inputs of an action of which no more is known. */
export type ActionInputs = Inputs<Action['inputs']>

/** Text of an input that was not given: its default, empty when it has none or only the runner can fill it in. */
export function defaultText({ default: text = '' }: InputSpec): string {
  return text.startsWith('${{') ? '' : text
}

/** Inputs of an action when none was given; those that override a key of plumbline.yml are in the configuration. */
export function defaultInputs({ inputs }: Pick<Action, 'inputs'>): ActionInputs {
  const given = Object.entries(inputs).filter(([, spec]) => spec.config === undefined && defaultText(spec) !== '')
  return Object.fromEntries(given.map(([name, spec]) => [name, spec.schema.parse(defaultText(spec))])) as ActionInputs
}

/** Declares an action once: action.yml, README tables, flags of the command and the parser are all made from it. */
export function defineAction<I extends InputSpecs, O extends Readonly<Record<string, string>>>(declaration: {
  name: string
  title: string
  description: string
  icon: string
  color: Action['color']
  permissions: Readonly<Record<string, string>>
  inputs: I
  outputs: O
  run(inputs: Inputs<I & typeof COMMON_INPUTS>, context: Context): Promise<Outcome<O>>
  onError?(inputs: Inputs<I & typeof COMMON_INPUTS>, context: Context, error: unknown): Promise<Publishing<O>>
}): Action<I, O> {
  return {
    ...declaration,
    inputs: { ...declaration.inputs, ...COMMON_INPUTS },
    outputs: { ...COMMON_OUTPUTS, ...declaration.outputs },
  }
}
