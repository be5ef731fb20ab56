import { main } from './index.js'

await main('comment-report')
