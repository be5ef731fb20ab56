import { main } from './index.js'

await main('evaluate-gate')
