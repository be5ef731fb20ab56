import type { Log } from '../core/context.js'
import { UserError } from '../core/errors.js'
import type { Registry } from '../registry/registry.js'
import { type LoaderPorts, loadFolder, loadTag } from './loader.js'
import { type Loaded, Serving } from './serving.js'

/** What serves now, as `GET /plumbline/serving` tells it. */
export interface ServingStatus {
  readonly model: string
  readonly version: string
  readonly tag: string
  readonly manifest_digest: string
  readonly ready: boolean
  readonly since: string
}

export interface LoadConditions {
  /** Digest that the manifest of the tag must have. */
  readonly digest?: string
  /** Digest that must be serving when the switch is made; null: nothing. */
  readonly ifServing?: string | null
}

export interface ControllerOptions extends LoaderPorts {
  readonly log: Log
  /** Where tags come from; null: only folders can be served. */
  readonly registry: Registry | null
  now(): Date
}

/** Decides what the server serves: loads one version at a time and switches to it once it is warm and verified. */
export class Controller {
  readonly serving = new Serving()
  readonly #options: ControllerOptions
  #loading: string | null = null
  #load: Promise<unknown> = Promise.resolve()
  #closed = false

  constructor(options: ControllerOptions) {
    this.#options = options
  }

  /** Tag that is being loaded. */
  loading(): string | null {
    return this.#loading
  }

  status(): ServingStatus | null {
    const current = this.serving.current()
    if (current === null) return null
    const { model, worker } = current.loaded
    const { manifest, digest } = model
    return {
      model: manifest.model,
      version: manifest.version,
      tag: manifest.tag,
      manifest_digest: digest,
      ready: worker.ready(),
      since: current.since.toISOString(),
    }
  }

  /**
   * Switches to a tag, or to nothing. A conflict changes nothing: another load is under way, or something else serves
   * than was expected. Throws UserError when the version cannot be loaded; the old one goes on serving.
   */
  async load(
    tag: string | null,
    conditions: LoadConditions = {},
  ): Promise<{ changed: boolean } | { conflict: string }> {
    if (this.#loading !== null) return { conflict: `${this.#loading} is being loaded; try again when it has finished` }
    const before = this.#conflict(conditions)
    if (before !== null) return { conflict: before }
    if (tag === null) return { changed: this.#switch(null) }
    const { registry } = this.#options
    if (registry === null) {
      throw new UserError('this server has no registry to take versions from', { cure: 'start it with a registry' })
    }
    this.#loading = tag
    const result = this.#loadTag(registry, tag, conditions).finally(() => {
      this.#loading = null
    })
    this.#load = result.catch(() => undefined)
    return result
  }

  async #loadTag(registry: Registry, tag: string, conditions: LoadConditions) {
    if (await this.#servesAlready(registry, tag, conditions.digest)) return { changed: false }
    const loaded = await loadTag(registry, tag, conditions.digest ?? null, this.#options)
    const conflict = this.#closed ? 'the server is closing' : this.#conflict(conditions)
    if (conflict === null) return { changed: this.#switch(loaded) }
    await loaded.worker.close()
    await loaded.release()
    return { conflict }
  }

  /** Serves a package from its folder. Throws UserError. */
  async loadFolder(folder: string, name: string): Promise<void> {
    this.#switch(await loadFolder(folder, name, this.#options))
  }

  /** Ends every model, after a load that is under way. */
  async close(): Promise<void> {
    this.#closed = true
    await this.#load
    this.serving.switchTo(null, this.#options.now())
    await this.serving.drained()
  }

  async #servesAlready(registry: Registry, tag: string, digest: string | undefined): Promise<boolean> {
    const now = this.status()
    if (now?.tag !== tag || !now.ready) return false
    return (digest ?? (await registry.manifest(tag))?.digest) === now.manifest_digest
  }

  #conflict({ ifServing }: LoadConditions): string | null {
    if (ifServing === undefined) return null
    const now = this.status()
    if ((now?.manifest_digest ?? null) === ifServing) return null
    return `${now === null ? 'nothing' : `${now.tag} (${now.manifest_digest})`} is served, expected was ${ifServing ?? 'nothing'}`
  }

  #switch(next: Loaded | null): boolean {
    const old = this.status()
    if (old === null && next === null) return false
    this.serving.switchTo(next, this.#options.now())
    this.#options.log.info(`Serving ${this.status()?.tag ?? 'nothing'}, before: ${old?.tag ?? 'nothing'}.`)
    return true
  }
}
