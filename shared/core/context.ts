import type { ChildProcess } from 'node:child_process'
import type { InputRef, RunRef } from '../contracts/common.js'
import type { Config } from '../contracts/config.js'
import type { DataEngine } from '../data/engine/engine.js'
import type { Artifacts } from '../github/artifacts.js'
import type { GitHub } from '../github/github.js'
import type { Registry } from '../registry/registry.js'

/** A line of a committed file that a message belongs to; on GitHub it becomes an annotation. */
export interface Place {
  readonly file?: string
  readonly line?: number
  readonly title?: string
}

export interface Log {
  debug(message: string): void
  info(message: string): void
  notice(message: string, place?: Place): void
  warning(message: string, place?: Place): void
  error(message: string, place?: Place): void
  /** A folded group on GitHub, a heading on a terminal. */
  group<T>(title: string, body: () => Promise<T>): Promise<T>
  /** Progress of long work, shown on a terminal only and overwritten. */
  progress(message: string): void
}

/** Files of the workspace. Paths are relative to it, with forward slashes. */
export interface Files {
  /** Absolute folder, for child processes; it never goes into a document. */
  readonly root: string
  /** Absolute path. Throws UserError when the path leaves the workspace. */
  resolve(path: string): string
  exists(path: string): Promise<boolean>
  /** Throws UserError when there is no such file. */
  readText(path: string): Promise<string>
  /** Writes to a temporary sibling and renames; makes the folders. Throws UserError when the disk is full or read-only. */
  write(path: string, content: string | Uint8Array): Promise<void>
  /**
   * Files that match paths, folders (their content) and globs, sorted, each once, links to files of the workspace among them. Other
   * links are left out; with `refuse` a UserError names them.
   */
  list(patterns: readonly string[], badLinks?: 'skip' | 'refuse'): Promise<string[]>
  /** SHA-256 and size of a file, read as a stream. */
  digest(path: string): Promise<{ bytes: number; digest: string }>
}

export interface ExecOptions {
  /** Absolute folder; default: the workspace. */
  readonly cwd?: string
  /** Added to the environment of this process. */
  readonly env?: Readonly<Record<string, string>>
  /** After it the whole process tree gets SIGTERM, and SIGKILL five seconds later. */
  readonly timeoutSeconds?: number
  readonly onLine?: (line: string, stream: 'stdout' | 'stderr') => void
}

export interface ExecResult {
  /** Null when a signal ended it. */
  readonly code: number | null
  readonly signal: string | null
  readonly timedOut: boolean
  readonly durationSeconds: number
}

/** Child processes: a program and its arguments, never a shell. Nothing is left running. */
export interface Exec {
  /** Throws UserError when the program is not found. */
  run(command: readonly string[], options?: ExecOptions): Promise<ExecResult>
  /** A process with piped stdin, stdout and stderr that the caller talks to and ends. */
  start(command: readonly string[], options?: Omit<ExecOptions, 'onLine' | 'timeoutSeconds'>): ChildProcess
}

/**
 * Folders kept between runs. An entry is found by its whole key, never changes, and may be gone at any time: what is
 * restored has to be verified by who reads it. Neither call throws: a cache that is down only makes it slower.
 */
export interface Cache {
  /** True when the folder was filled. It may hold anything when it is false. */
  restore(folder: string, key: string): Promise<boolean>
  /** True when there is an entry now that was not there. */
  save(folder: string, key: string): Promise<boolean>
}

/** What a stage gets from outside. Lazy parts cost nothing until they are touched. */
export interface Context {
  readonly config: Config
  /** The configuration file as a link of the lineage, null when there is none. */
  readonly configRef: InputRef | null
  /** Line of a key of the configuration file, or of its nearest parent; null when there is no file. */
  configPlace(keys: readonly PropertyKey[]): { readonly file: string; readonly line: number } | null
  /** Folder of the documents, relative to the workspace: `.plumbline`. */
  readonly runDirectory: string
  readonly log: Log
  readonly files: Files
  readonly exec: Exec
  readonly run: RunRef
  readonly env: Readonly<Record<string, string | undefined>>
  now(): Date
  /** Appends Markdown to the step summary; on a laptop it is only in the run directory. */
  summary(markdown: string): Promise<void>
  registry(): Promise<Registry>
  data(): Promise<DataEngine>
  /** The engine that `data.engine` names, for looking at the datasets; that of `data` unless it is another. */
  configuredData(): Promise<DataEngine>
  /**
   * Absolute folder whose node_modules hold the runtime of ONNX models, which is found or installed when it is first
   * asked for. Throws UserError when it cannot be had.
   */
  onnx(): Promise<string>
  /** Null on a laptop, and on a runner without a token. What it does can be refused: use it in `publish` of the outcome. */
  github(): Promise<GitHub | null>
  /** Null on a laptop, on GitHub Enterprise Server, without access to them, and with `artifacts: false`. */
  artifacts(): Promise<Artifacts | null>
  /** Null where there is none, as on a laptop. */
  cache(): Promise<Cache | null>
  /**
   * Takes a document of an earlier stage, `training-run`, out of the artifacts of this run into the run directory, and
   * the files that it names into the workspace. False when no artifact has it. Throws UserError when one has it and it
   * cannot be had.
   */
  fetchDocument(name: string): Promise<boolean>
}
