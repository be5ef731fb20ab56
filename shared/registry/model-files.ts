import { readdir, realpath, stat } from 'node:fs/promises'
import { isAbsolute, join, relative, sep } from 'node:path'
import { type Config, LOCAL_REGISTRY } from '../contracts/config.js'
import { commandLine } from '../core/command.js'
import type { Files } from '../core/context.js'
import { type Problem, problemsError } from '../core/errors.js'
import { packagePathProblem } from './names.js'

/** A file that makes the model: what training wrote, or code that answers with it. */
export interface ModelFile {
  readonly path: string
  readonly role: 'model' | 'code'
  readonly bytes: number
  readonly digest: string
}

type Wanted = Pick<Config, 'package' | 'train' | 'predict' | 'registry'>

/** What the candidate answered on each judged row when it was evaluated, in the run directory and in a package. */
export const STORED_ANSWERS = 'predictions.jsonl.gz'

/** Names that package-model gives to its own files. */
const DOCUMENT_PATHS = [
  'MODEL_CARD.md',
  'data-profile.json',
  'training-run.json',
  'evaluation.json',
  'golden.jsonl',
  'report.html',
  STORED_ANSWERS,
] as const

/**
 * The model and code files of a package with their digests, sorted by path: what `package.files` names, or by default
 * the outputs of training, the files that the predict contract names, and `train.code` when a command predicts.
 * Throws one UserError for all paths that match nothing, are empty, are links that lead out of the workspace, or cannot
 * be packaged under their name.
 */
export async function collectModelFiles(files: Files, config: Wanted): Promise<ModelFile[]> {
  const { found, problems } = await lookForModelFiles(files, config)
  if (problems.length > 0) throw problemsError('the model files cannot be packaged', problems)
  return found
}

/**
 * The same files as far as they are there and can be packaged: what a candidate is made of before it is packaged. Their
 * `modelContentDigest` equals that of a release whose model and code files are the same.
 */
export async function candidateModelFiles(files: Files, config: Wanted): Promise<ModelFile[]> {
  return (await lookForModelFiles(files, config)).found
}

async function lookForModelFiles(files: Files, config: Wanted): Promise<{ found: ModelFile[]; problems: Problem[] }> {
  const problems: Problem[] = []
  const named = await namedByPredict(files, config.predict)
  const code = new Set([...named, ...(await files.list(config.train.code))])
  const paths = new Set<string>()
  for (const { pattern, key } of wantedPatterns(config, named)) {
    const listed = [...(await files.list([pattern])), ...(await linksIn(files, pattern))]
    const matched = listed.filter((path) => !isOurs(path, config))
    if (matched.length === 0) problems.push(nothingThere(pattern, key))
    for (const path of matched) paths.add(path)
  }
  const found: ModelFile[] = []
  for (const path of [...paths].sort()) {
    const problem = await pathProblem(files, path)
    if (problem) problems.push(problem)
    else found.push({ path, role: code.has(path) ? 'code' : 'model', ...(await files.digest(path)) })
  }
  return { found, problems: [...problems, ...found.filter(isEmptyModel).map(emptyModel)] }
}

/** Links in a folder: a list of its files leaves them out, and the package would lack them without a word. */
async function linksIn(files: Files, folder: string): Promise<string[]> {
  const absolute = files.resolve(folder)
  const entries = await readdir(absolute, { withFileTypes: true, recursive: true }).catch(() => [])
  return entries
    .filter((entry) => entry.isSymbolicLink())
    .map((entry) => relative(files.root, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .filter((path) => !/(^|\/)(node_modules|\.git)\//.test(path))
}

// A glob over everything would else package the documents and the registry itself.
const isOurs = (path: string, { registry }: Wanted): boolean =>
  path.startsWith('.plumbline/') ||
  path.startsWith(`${(registry ?? LOCAL_REGISTRY).replace(/^\.\//, '').replace(/\/+$/, '')}/`)

function wantedPatterns(config: Wanted, named: readonly string[]): { pattern: string; key: string }[] {
  const from = (key: string, patterns: readonly string[]) => patterns.map((pattern) => ({ pattern, key }))
  if (config.package.files) return from('package.files', config.package.files)
  const code = config.predict && 'command' in config.predict ? config.train.code : []
  return [...from('train.outputs', config.train.outputs), ...from('predict', named), ...from('train.code', code)]
}

/** Files of the workspace that the predict contract names: arguments of its command, or the ONNX file. */
async function namedByPredict(files: Files, predict: Config['predict']): Promise<string[]> {
  if (predict === undefined || 'url' in predict) return []
  const names = 'onnx' in predict ? [predict.onnx] : commandLine(predict.command).map(valueOfOption)
  const found: string[] = []
  for (const [index, name] of names.entries()) {
    const path = insideWorkspace(files, name)
    if (path === null || !(await isFile(files, path))) continue
    // The Python of a virtual environment is a link to one of the system, which is no part of a model.
    if ('onnx' in predict || index > 0 || (await stays(files, path))) found.push(path)
  }
  return found
}

/** Whether the path leads, links followed, to something in the workspace. Rejects when it leads nowhere. */
async function stays(files: Files, path: string): Promise<boolean> {
  const inside = relative(await realpath(files.root), await realpath(files.resolve(path)))
  return !(inside === '..' || inside.startsWith(`..${sep}`) || isAbsolute(inside))
}

/** `--model=a.json` names a.json. */
const valueOfOption = (argument: string): string =>
  argument.startsWith('-') ? argument.slice(argument.indexOf('=') + 1) : argument

function insideWorkspace(files: Files, name: string): string | null {
  if (name === '' || name.includes('\0')) return null
  try {
    const path = relative(files.root, files.resolve(name)).split(sep).join('/')
    return path === '' ? null : path
  } catch {
    // A program of the system, or an option that only looks like a path.
    return null
  }
}

const isFile = (files: Files, path: string): Promise<boolean> =>
  stat(files.resolve(path)).then(
    (info) => info.isFile(),
    () => false,
  )

async function pathProblem(files: Files, path: string): Promise<Problem | null> {
  const bad = packagePathProblem(path)
  if (bad) return { where: path, message: `its name ${bad}`, cure: 'rename it, or leave it out of package.files' }
  if ((DOCUMENT_PATHS as readonly string[]).includes(path)) {
    return {
      where: path,
      message: 'package-model writes a file of this name itself',
      cure: 'leave it out, or move it into a folder',
    }
  }
  try {
    if (!(await stays(files, path))) {
      return {
        where: path,
        message: 'it is reached by a link that leads out of the working directory',
        cure: 'copy the file itself to that place',
      }
    }
    if (!(await stat(files.resolve(path))).isFile()) {
      return { where: path, message: 'it is a link to something that is no file', cure: 'name the files themselves' }
    }
    return null
  } catch {
    return {
      where: path,
      message: 'it is a link to something that is not there',
      cure: 'copy the file itself to that place',
    }
  }
}

const nothingThere = (pattern: string, key: string): Problem => ({
  where: key,
  message: /[*?[{]/.test(pattern)
    ? `no file matches ${JSON.stringify(pattern)}`
    : `${pattern} is not there, or holds no file`,
  cure:
    key === 'train.outputs'
      ? 'run train first, or name the model files under package.files'
      : 'check the path: it is relative to the working directory',
})

// An empty __init__.py or .gitkeep is as it should be; an empty model is a training that was cut.
const isEmptyModel = ({ path, role, bytes }: ModelFile): boolean =>
  bytes === 0 && role === 'model' && !/(^|\/)(\.[^/]*|__init__\.py)$/.test(path)

const emptyModel = ({ path }: ModelFile): Problem => ({
  where: path,
  message: 'it is empty',
  cure: 'train again, or leave it out of package.files',
})
