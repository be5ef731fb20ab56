import * as z from 'zod'
import { EvaluateConfig, TaskName } from './evaluate-config.js'
import { DATA_TASK_KEYS } from './evaluate-tasks.js'
import { MonitorConfig } from './monitor-config.js'
import { Command, PredictSpec, Seconds } from './predict.js'
import { MemoryLimit, Source } from './source.js'

/** GTO's grammar for artifact names: what may stand before `@v1.2.3` in a release tag. */
export const ModelName = z
  .string()
  .regex(
    /^[a-zA-Z0-9]([a-zA-Z0-9-/_]*[a-zA-Z0-9])?$/,
    'use letters, digits, "-", "_" and "/", starting and ending with a letter or digit',
  )

export { RuleConfig } from './evaluate-config.js'
export { EvaluateConfig, Source }

const Prepare = z.strictObject({
  command: Command.describe(
    'Collects, joins or derives the datasets. Run before validation when its content key changed.',
  ),
  inputs: z.array(z.string()).default([]).describe('Files and globs that the command reads.'),
  outputs: z.array(z.string()).min(1).describe('Files that it writes.'),
  timeout: Seconds.default(3600).describe('Seconds.'),
  public: z
    .boolean()
    .default(false)
    .describe(
      'Whether they may be handed over to other jobs in a public repository, whose artifacts everybody can download.',
    ),
})

/** The Spark of the user, that the datasets are read and judged by. */
export const SparkEngine = z.strictObject({
  type: z.literal('spark'),
  submit: Command.default(['spark-submit']).describe(
    'Program and arguments that start an application in client mode, up to its name: `[spark-submit, --master, spark://host:7077, --executor-memory, 8g]`.',
  ),
  'start-timeout': Seconds.default(600).describe('Seconds that the cluster may take to start it.'),
  'one-line-records': z
    .boolean()
    .default(false)
    .describe('CSV: no value has a line break in it, so that one file may be read by many executors.'),
})
export type SparkEngine = z.output<typeof SparkEngine>

const DataEngineChoice = z
  .union([z.literal('duckdb'), z.literal('spark').transform(() => SparkEngine.parse({ type: 'spark' })), SparkEngine])
  .default('duckdb')
  .describe('What reads and judges the datasets in validate-data: DuckDB on this machine, or a Spark of yours.')

/** `data`: the datasets, what their columns mean, and how they are read and judged. */
export const DataConfig = z.strictObject({
  train: Source.optional().describe('Rows that the model learns from.'),
  test: Source.optional().describe('Rows kept for evaluate-gate, never trained on.'),
  target: z.string().optional().describe('Column to predict.'),
  positive: z
    .union([z.string(), z.number(), z.boolean()])
    .transform(String)
    .optional()
    .describe(
      'Value of the target that is the positive class of a binary task. Default: "1", "true" or "yes", else the rarer value.',
    ),
  id: z.string().optional().describe('Column that names a row; predictions are joined by it.'),
  time: z.string().optional().describe('Column with the time of a row.'),
  ...DATA_TASK_KEYS,
  weight: z
    .string()
    .min(1)
    .optional()
    .describe('Column with the weight of a row in evaluate-gate, 0 or more; it is no feature.'),
  group: z
    .union([
      z
        .string()
        .min(1)
        .transform((name) => [name]),
      z.array(z.string().min(1)).min(1),
    ])
    .optional()
    .describe(
      'Column or columns that name the entity of a row, such as a patient; an entity belongs to train or to test, and evaluate-gate resamples it as a whole.',
    ),
  features: z
    .array(z.string())
    .optional()
    .describe('Columns given to the model. Default: all but target, id, time and excluded ones.'),
  exclude: z.array(z.string()).default([]).describe('Columns that never reach the model.'),
  slices: z
    .array(z.string().min(1))
    .optional()
    .describe('Columns whose values cut the rows into slices that the profile tells apart.'),
  contract: z
    .string()
    .default('data-contract.yml')
    .describe('Contract made by `plumbline infer`, committed and edited.'),
  'contract-table': z
    .string()
    .min(1)
    .optional()
    .describe(
      'Table to take from a contract of several, such as an ODCS file or a data package. Default: the one named like the data, else the only one.',
    ),
  'contract-references': z
    .record(z.string(), z.string().min(1))
    .optional()
    .describe('Where tables lie that the contract names besides, such as dbt’s `ref`: name → path or glob.'),
  'contract-before': z
    .string()
    .min(1)
    .optional()
    .describe(
      'Earlier version of the contract, whose breaking changes need a new major `version`: a path. Default: on a pull request the contract of its base branch.',
    ),
  'bad-rows': z
    .enum(['auto', 'off', 'file', 'artifact'])
    .default('auto')
    .describe(
      'All rows that break the contract, as Parquet: in the run directory (`file`), handed over with the other documents (`artifact`), or not at all. `auto`: handed over, but not in a public repository, whose artifacts everybody can download.',
    ),
  baseline: z
    .union([
      z.string(),
      z.strictObject({
        data: Source.describe('Another dataset, such as the data of last month.'),
        season: z
          .enum(['year', 'month', 'week'])
          .optional()
          .describe('Only its rows of the same time one year, month or week earlier, by `data.time`.'),
      }),
      z.strictObject({
        runs: z
          .int()
          .min(1)
          .max(20)
          .describe('Profiles of so many earlier successful runs of this workflow, put together.'),
        branch: z.string().min(1).optional().describe('Default: the branch of this run.'),
      }),
      z.strictObject({
        files: z
          .union([z.string().min(1), z.array(z.string().min(1)).min(1)])
          .describe('Profiles, as paths or globs, put together.'),
      }),
    ])
    .default('deployed')
    .describe(
      'What to measure drift against: `deployed`, `none`, the path of a data-profile.json, a dataset, earlier runs, or several profiles.',
    ),
  prepare: Prepare.optional(),
  'memory-limit': MemoryLimit.optional(),
  engine: DataEngineChoice,
})
export type DataConfig = z.output<typeof DataConfig>

/** `train`: the command, and all that makes its result. */
export const TrainConfig = z.strictObject({
  command: Command.optional().describe('Trains the model. Sees PLUMBLINE_SEED and PLUMBLINE_PARAMS.'),
  seed: z.int().min(0).max(4294967295).default(42).describe('Handed over as PLUMBLINE_SEED and PYTHONHASHSEED.'),
  params: z
    .record(
      z.string(),
      z.union([z.string(), z.number(), z.boolean(), z.null(), z.array(z.union([z.string(), z.number(), z.boolean()]))]),
    )
    .default({})
    .describe('Handed over as JSON in PLUMBLINE_PARAMS.'),
  outputs: z.array(z.string()).default(['model']).describe('Files and folders that the command writes.'),
  code: z
    .array(z.string())
    .default([])
    .describe('Files and globs whose content makes the model besides data and params.'),
  metrics: z.string().optional().describe('JSON file of metrics that the command writes.'),
  cache: z
    .boolean()
    .default(false)
    .describe(
      'Whether the outputs are kept in the cache of GitHub Actions, and restored instead of training again with the same command, code, data, params, seed and environment. What else the command reads is not seen.',
    ),
  timeout: Seconds.default(21000).describe('Seconds.'),
})
export type TrainConfig = z.output<typeof TrainConfig>

/** `package`: what goes into a version, and how it is numbered. */
export const PackageConfig = z.strictObject({
  files: z
    .array(z.string())
    .optional()
    .describe('Files, folders and globs. Default: outputs of train and the files that the predict command names.'),
  version: z
    .string()
    .default('auto')
    .describe('`auto` (by the written rule), `major`, `minor`, `patch`, or a version.'),
  license: z.string().optional().describe('SPDX expression of the model’s licence.'),
  description: z.string().optional().describe('What the model is for; first paragraph of the model card.'),
  limits: z.array(z.string()).default([]).describe('What the model must not be used for; goes into the model card.'),
  golden: z
    .int()
    .min(0)
    .max(10000)
    .default(50)
    .describe('Rows kept with their predictions, asked again before and after deployment.'),
})
export type PackageConfig = z.output<typeof PackageConfig>

/** `deploy.target`: where a version serves. */
export const DeployTarget = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('directory'),
    path: z.string().describe('Releases lie side by side in it; `current` points to the one in use.'),
    keep: z.int().min(1).default(5),
  }),
  z.strictObject({
    type: z.literal('server'),
    url: z
      .url({ protocol: /^https?$/, error: 'an address that starts with http:// or https://' })
      .describe('Address of a running `plumbline serve`.'),
    token: z
      .string()
      .optional()
      .describe('Name of the environment variable with the bearer token of its management API.'),
  }),
])
export type DeployTarget = z.output<typeof DeployTarget>

/** `deploy`: where to, and what proves that it holds. */
export const DeployConfig = z.strictObject({
  environment: z.string().min(1).default('production'),
  target: DeployTarget.default({ type: 'directory', path: 'deployed', keep: 5 }),
  tolerance: z
    .number()
    .min(0)
    .default(1e-6)
    .describe('Largest difference of a golden prediction, relative to it where it is above 1.'),
  timeout: Seconds.default(300).describe('Seconds until the new version has to answer.'),
})
export type DeployConfig = z.output<typeof DeployConfig>

/** `postmortem`. */
export const PostmortemConfig = z.strictObject({
  title: z.string().optional().describe('Default: stage and reason of the first failure.'),
})

/** Registry of a machine without GitHub. */
export const LOCAL_REGISTRY = '.plumbline-registry'

/** `plumbline.yml`. Every key but `model` has a default that a careful engineer would choose. */
export const Config = z.strictObject({
  model: ModelName.describe('Name of the model; release tags are `<model>@v<semver>`.'),
  task: TaskName.optional().describe('Default: binary, multiclass or regression, from the target column.'),
  registry: z
    .string()
    .min(1)
    .optional()
    .describe(
      'Where versions and deployments are recorded: `github` (releases and deployments of this repository), or a directory. Default: `github` on a runner with a token, else `.plumbline-registry`.',
    ),
  data: DataConfig.prefault({}),
  train: TrainConfig.prefault({}),
  predict: PredictSpec.optional(),
  evaluate: EvaluateConfig.prefault({}),
  package: PackageConfig.prefault({}),
  deploy: DeployConfig.prefault({}),
  monitor: MonitorConfig.prefault({}),
  postmortem: PostmortemConfig.prefault({}),
})
export type Config = z.output<typeof Config>
