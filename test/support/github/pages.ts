import type { Reply } from './call.js'

/** GitHub gives at most this many of a page, and this many when nothing is said. */
const MOST = 100
const USUAL = 30

/** The page that the query names, and the header that leads to the others. */
export function cutToPage(
  { items, within }: NonNullable<Reply['pages']>,
  query: Readonly<Record<string, string>>,
  address: string,
): { body: unknown; link: string | null } {
  const size = Math.min(Number(query.per_page ?? USUAL) || USUAL, MOST)
  const page = Math.max(1, Number(query.page ?? 1) || 1)
  const last = Math.max(1, Math.ceil(items.length / size))
  const shown = items.slice((page - 1) * size, page * size).map((show) => show())
  const to = (number: number, rel: string) =>
    `<${address}?${new URLSearchParams({ ...query, page: String(number) })}>; rel="${rel}"`
  const links = [
    ...(page > 1 ? [to(page - 1, 'prev')] : []),
    ...(page < last ? [to(page + 1, 'next'), to(last, 'last')] : []),
    ...(page > 1 ? [to(1, 'first')] : []),
  ]
  const body = within === undefined ? shown : { total_count: items.length, [within]: shown }
  return { body, link: links.length === 0 ? null : links.join(', ') }
}
