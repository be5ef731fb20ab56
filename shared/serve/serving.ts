import type { ModelFolder } from '../predict/package.js'
import type { Worker } from './worker.js'

/** A version that is warm and ready to answer. */
export interface Loaded {
  readonly model: ModelFolder
  readonly worker: Worker
  /** Removes what was made for it. */
  release(): Promise<void>
}

/** Which version answers. A switch takes effect between two requests; the old version finishes those it has begun. */
export class Serving {
  #current: { loaded: Loaded; since: Date } | null = null
  readonly #users = new Map<Loaded, number>()
  readonly #idle = new Map<Loaded, () => void>()
  readonly #retiring = new Set<Promise<void>>()

  current(): { loaded: Loaded; since: Date } | null {
    return this.#current
  }

  /** Runs work with a version that is not closed before the work has ended. */
  async use<T>(loaded: Loaded, work: () => Promise<T>): Promise<T> {
    this.#users.set(loaded, (this.#users.get(loaded) ?? 0) + 1)
    try {
      return await work()
    } finally {
      const left = (this.#users.get(loaded) ?? 1) - 1
      if (left > 0) this.#users.set(loaded, left)
      else {
        this.#users.delete(loaded)
        this.#idle.get(loaded)?.()
      }
    }
  }

  /** Switches to another version, or to none; the old one is drained and closed in the background. */
  switchTo(next: Loaded | null, since: Date): void {
    const old = this.#current?.loaded
    this.#current = next === null ? null : { loaded: next, since }
    if (old === undefined) return
    const retired = this.#retire(old).finally(() => this.#retiring.delete(retired))
    this.#retiring.add(retired)
  }

  /** Settles when every version that was switched away has been closed. */
  async drained(): Promise<void> {
    await Promise.all(this.#retiring)
  }

  async #retire(old: Loaded): Promise<void> {
    if (this.#users.has(old)) {
      await new Promise<void>((idle) => {
        this.#idle.set(old, idle)
      })
      this.#idle.delete(old)
    }
    await old.worker.close().catch(() => undefined)
    // A copy that stays in the temporary folder harms nobody; an error here would end the server.
    await old.release().catch(() => undefined)
  }
}
