import { main } from './index.js'

await main('post-mortem-report')
