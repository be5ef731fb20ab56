import { main } from './index.js'

await main('validate-data')
