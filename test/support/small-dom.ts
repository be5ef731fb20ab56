/** As much of a document as the script of a page touches: elements with children, attributes and listeners. */
export class SmallElement {
  readonly children: (SmallElement | string)[] = []
  readonly dataset: Record<string, string> = {}
  readonly attributes = new Map<string, string>()
  readonly listeners = new Map<string, ((event: { preventDefault(): void }) => void)[]>()
  parentElement: SmallElement | null = null
  hidden = false
  open = false
  value = ''
  type = ''
  className = ''

  readonly tagName: string

  constructor(tagName: string, children: readonly (SmallElement | string)[] = []) {
    this.tagName = tagName
    this.append(...children)
  }

  append(...nodes: readonly (SmallElement | string)[]): void {
    for (const node of nodes) {
      if (typeof node !== 'string') {
        const before = node.parentElement?.children ?? []
        if (before.includes(node)) before.splice(before.indexOf(node), 1)
        node.parentElement = this
      }
      this.children.push(node)
    }
  }

  before(node: SmallElement): void {
    const beside = (this.parentElement as SmallElement).children
    beside.splice(beside.indexOf(this), 0, node)
    node.parentElement = this.parentElement
  }

  /** Nodes that are appended elsewhere leave; texts do not know where they stand. */
  get childNodes(): (SmallElement | string)[] {
    return this.children.splice(0)
  }

  get textContent(): string {
    return this.children.map((child) => (typeof child === 'string' ? child : child.textContent)).join('')
  }
  set textContent(text: string) {
    this.children.splice(0, this.children.length, text)
  }

  setAttribute(name: string, value: string): void {
    this.attributes.set(name, value)
  }
  getAttribute(name: string): string | null {
    return this.attributes.get(name) ?? null
  }
  removeAttribute(name: string): void {
    this.attributes.delete(name)
  }

  addEventListener(name: string, listener: (event: { preventDefault(): void }) => void): void {
    this.listeners.set(name, [...(this.listeners.get(name) ?? []), listener])
  }
  fire(name: string): void {
    for (const listener of this.listeners.get(name) ?? []) listener({ preventDefault: () => undefined })
  }

  /** Elements of this name below, in the order of the text. */
  all(tagName: string): SmallElement[] {
    return this.children.flatMap((child) =>
      typeof child === 'string' ? [] : [...(child.tagName === tagName ? [child] : []), ...child.all(tagName)],
    )
  }
  get cells(): SmallElement[] {
    return this.children.filter((child) => typeof child !== 'string')
  }
  get rows(): SmallElement[] {
    return this.cells
  }
  get tHead(): SmallElement | undefined {
    return this.all('THEAD')[0]
  }
  get tBodies(): SmallElement[] {
    return this.all('TBODY')
  }
}
