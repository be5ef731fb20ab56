import type { Addresses } from '../call.js'

/** An account as GitHub's API shows it. Null: it was deleted. */
export function user(at: Addresses, login: string | null) {
  if (login === null) return null
  const id = [...login].reduce((sum, letter) => sum * 31 + letter.charCodeAt(0), 7) % 100_000_000
  const url = `${at.api}/users/${encodeURIComponent(login)}`
  return {
    login,
    id,
    node_id: `U_${id}`,
    avatar_url: `https://avatars.githubusercontent.com/u/${id}?v=4`,
    gravatar_id: '',
    url,
    html_url: `${at.server}/${login.replace(/(.*)\[bot\]$/, 'apps/$1')}`,
    followers_url: `${url}/followers`,
    following_url: `${url}/following{/other_user}`,
    gists_url: `${url}/gists{/gist_id}`,
    starred_url: `${url}/starred{/owner}{/repo}`,
    subscriptions_url: `${url}/subscriptions`,
    organizations_url: `${url}/orgs`,
    repos_url: `${url}/repos`,
    events_url: `${url}/events{/privacy}`,
    received_events_url: `${url}/received_events`,
    type: login.endsWith('[bot]') ? 'Bot' : 'User',
    site_admin: false,
  }
}
