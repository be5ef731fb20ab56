/** A valid model name out of a repository or folder name. */
export function modelNameFrom(name: string): string {
  return name.replaceAll(/[^a-zA-Z0-9_-]+/g, '-').replaceAll(/^[^a-zA-Z0-9]+|[^a-zA-Z0-9]+$/g, '') || 'model'
}
