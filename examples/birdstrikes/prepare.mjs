// Makes the three datasets out of the source file, split in time: the model is always judged on years it has not seen.
//   data/train.csv       1990-1996
//   data/test.csv        1997-1999
//   data/production.csv  2000-2002, played as traffic after the release
import { readFileSync, writeFileSync } from 'node:fs'
import { formatCsv, parseCsv } from './csv.mjs'

const SPLITS = [
  { file: 'data/train.csv', from: '1990', to: '1996' },
  { file: 'data/test.csv', from: '1997', to: '1999' },
  { file: 'data/production.csv', from: '2000', to: '2002' },
]

/** Our column name -> column of the source. */
const COLUMNS = {
  flight_date: 'Flight Date',
  airport: 'Airport Name',
  state: 'Origin State',
  operator: 'Aircraft Airline Operator',
  aircraft: 'Aircraft Make Model',
  phase: 'Phase of flight',
  time_of_day: 'Time of day',
  size: 'Wildlife Size',
  species: 'Wildlife Species',
  speed_knots: 'Speed IAS in knots',
  cost_other: 'Cost Other',
  cost_repair: 'Cost Repair',
  cost_total: 'Cost Total $',
}

const rows = parseCsv(readFileSync('data/birdstrikes.csv', 'utf8')).map((source, i) => ({
  id: `strike-${String(i + 1).padStart(5, '0')}`,
  ...Object.fromEntries(Object.entries(COLUMNS).map(([name, column]) => [name, source[column]])),
  damage: source['Effect Amount of damage'] === 'None' ? 0 : 1,
}))
rows.sort((a, b) => (a.flight_date === b.flight_date ? 0 : a.flight_date < b.flight_date ? -1 : 1))

for (const { file, from, to } of SPLITS) {
  const part = rows.filter(({ flight_date }) => flight_date.slice(0, 4) >= from && flight_date.slice(0, 4) <= to)
  writeFileSync(file, formatCsv(['id', ...Object.keys(COLUMNS), 'damage'], part))
  console.log(`${file}: ${part.length} strikes, ${part.filter(({ damage }) => damage === 1).length} with damage`)
}
