export const id=6272;export const ids=[6272];export const modules={26272:(e,t,n)=>{n.d(t,{init:()=>U});var r=n(84199),s=n(30798),a=n(54977),i=n(41386),o=n(52656),l=n(56793),u=n(13100),m=n(88141);let c=/^(target|label|labels|class|outcome|y|churn(ed)?|clicked|converted|default(ed)?|damage[d]?|diagnosis|fraud|is_fraud|response|species|survived|won|price|quality|sale_?price|score)$/i,d=/^(1|true|yes|y|t|positive|malignant|spam|fraud)$/i,p="A column that alone tells the target is often known only after it. If yours is honest, list it under `features` and raise `leakage.max-power` in the contract.";var f=n(39969);let h=["**/*.{csv,tsv,jsonl,ndjson,parquet}"],w=["**/train*.{py,R,r,mjs,js,ts,jl,sh}","**/*train.{py,R,r,mjs,js,ts,jl,sh}","params.yaml","dvc.yaml"],g=/(^|\/)(\.|deployed\/|model\/|venv\/|env\/|site-packages\/|dist\/|build\/)/;async function b(e,t){let n=t??await v(e),{train:r,test:s}=function(e){let t=t=>e.find(({path:e})=>t.test(e.split("/").at(-1)??"")),[n,r]=[t(/(^|[^a-z])train(ing)?([^a-z]|$)/i),t(/(^|[^a-z])(test|holdout)([^a-z]|$)/i)];if(n&&r)return{train:n.path,test:r.path};let[s]=e.filter(e=>e!==r).sort((e,t)=>t.bytes-e.bytes||(e.path<t.path?-1:1));return{train:(n??s??r)?.path,test:null}}(await S(e,n));return{train:r,test:s,delimiter:await $(e,r)}}async function y(e){return(await e.files.list(w)).find(e=>!g.test(e))??null}async function v(e){let t=e.config.data.prepare?.outputs??[],n=(await e.files.list(h)).filter(e=>!g.test(e)&&!t.includes(e));if(n.length>0)return n;throw new s.yo("no data file (CSV, TSV, JSON Lines, Parquet) is in this folder",{cure:"run it where your data are, or name them: plumbline init --data path/to/table.csv. A JSON array has to be written as JSON Lines first, one object a line"})}async function S(e,t){return Promise.all(t.map(async t=>({path:t,bytes:(await e.files.digest(t)).bytes})))}async function $(e,t){if(!/\.csv$/i.test(t))return null;let n=await (0,f.ay)(e.files.resolve(t),t,",");return 1===n.length?[";","	","|"].find(e=>n[0]?.includes(e))??null:null}let x=(e,t)=>null===t?e:{path:e,delimiter:t};var T=n(15990),j=n(38815);let k={binary:"roc_auc",multiclass:"accuracy",regression:"rmse"},E=e=>`# ${e.replaceAll(/\s+/g," ").replace(/^ /,"  ")}`,N={py:"python",r:"Rscript",jl:"julia",sh:"bash",ts:"npx tsx"},O=e=>(0,j.As)(e,{lineWidth:0}).trimEnd(),A=(e,t)=>`const ${e} = ${JSON.stringify(t)}
`,M=e=>null===e?"":`, ${JSON.stringify(e)}`,R=`${_("Answers one JSON object per line on stdin with one JSON value per line on stdout.")}import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { predict } from './model.mjs'

const model = JSON.parse(readFileSync('model/model.json', 'utf8'))
for await (const line of createInterface({ input: process.stdin })) {
  if (line.trim() !== '') process.stdout.write(JSON.stringify(predict(model, JSON.parse(line))) + '\\n')
}
`;function _(e){return`// Written by \`plumbline init\`; it is yours to change.
// ${e}
`}let F=String.raw`// Written by "plumbline init"; it is yours to change.
// Reads CSV, TSV and JSON Lines, and writes CSV.

export function readTable(path, text, delimiter = /\.tsv$/i.test(path) ? '\t' : ',') {
  if (/\.(jsonl|ndjson)$/i.test(path)) return text.split('\n').filter((line) => line.trim() !== '').map((line) => JSON.parse(line))
  const [head, ...lines] = cells(text.replace(/^\uFEFF/, ''), delimiter)
  return lines.map((line) => Object.fromEntries(head.map((name, i) => [name, line[i] ?? ''])))
}

export function writeCsv(rows) {
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))]
  const quote = (value) => (/[",\r\n]/.test(value) ? '"' + value.replaceAll('"', '""') + '"' : value)
  const text = (value) => quote(value === null || value === undefined ? '' : typeof value === 'object' ? JSON.stringify(value) : String(value))
  return [names.map(text), ...rows.map((row) => names.map((name) => text(row[name])))].map((line) => line.join(',') + '\n').join('')
}

function cells(text, delimiter) {
  const rows = []
  let row = []
  let cell = ''
  let quoted = false
  const endCell = () => {
    row.push(cell)
    cell = ''
  }
  const endRow = () => {
    endCell()
    if (row.length > 1 || row[0] !== '') rows.push(row)
    row = []
  }
  for (let i = 0; i < text.length; i++) {
    const c = text[i]
    if (quoted) {
      if (c !== '"') cell += c
      else if (text[i + 1] === '"') cell += text[++i]
      else quoted = false
    } else if (c === '"' && cell === '') quoted = true
    else if (c === delimiter) endCell()
    else if (c === '\n') endRow()
    else if (c !== '\r') cell += c
  }
  if (cell !== '' || row.length > 0) endRow()
  return rows
}
`,I=`
const ordered = TIME === null ? rows : [...rows].sort((a, b) => (String(a[TIME]) < String(b[TIME]) ? -1 : 1))
const isTest = TIME === null ? (row) => hash(String(row[ID])) % 5 === 0 : (_, i) => i >= ordered.length * 0.8

const train = ordered.filter((row, i) => !isTest(row, i))
const test = ordered.filter(isTest)
if (train.length === 0 || test.length === 0) throw new Error(SOURCE + ' has ' + rows.length + ' rows, too few to keep a fifth for the test')

mkdirSync(dirname(TRAIN), { recursive: true })
writeFileSync(TRAIN, writeCsv(train))
writeFileSync(TEST, writeCsv(test))

// FNV-1a, then mixed: the same row always falls on the same side.
function hash(text) {
  let h = 0x811c9dc5
  for (const c of text) h = Math.imul(h ^ c.codePointAt(0), 0x01000193)
  h = Math.imul(h ^ (h >>> 15), 0x2c1b3c6d)
  return (h ^ (h >>> 12)) >>> 0
}
`,L=`// Written by "plumbline init"; it is yours to change.
// The model as train.mjs writes it: encoders turn cells into bins, trees turn bins into scores.

export function predict(model, row) {
  const bins = model.features.map((name, i) => binOf(model.encoders[i], row[name]))
  const scores = model.bias.map((bias, k) => model.trees.reduce((sum, round) => sum + leafOf(round[k], bins), bias))
  if (model.task === 'regression') return scores[0]
  if (model.task === 'binary') return 1 / (1 + Math.exp(-scores[0]))
  const probabilities = softmax(scores)
  return {
    label: model.classes[probabilities.indexOf(Math.max(...probabilities))],
    probabilities: Object.fromEntries(model.classes.map((name, k) => [name, probabilities[k]])),
  }
}

export const isMissing = (value) => value === null || value === undefined || String(value).trim() === ''

// Bin 0 is for missing and never seen values.
export function binOf(encoder, value) {
  if (isMissing(value)) return 0
  if (encoder.kind === 'category') return encoder.bins[String(value).trim()] ?? 0
  const number = Number(value)
  return Number.isFinite(number) ? 1 + encoder.edges.filter((edge) => number >= edge).length : 0
}

export function leafOf(tree, bins) {
  let node = tree
  while (node.value === undefined) node = bins[node.column] <= node.split ? node.low : node.high
  return node.value
}

export function softmax(scores) {
  const top = Math.max(...scores)
  const powers = scores.map((score) => Math.exp(score - top))
  const total = powers.reduce((sum, power) => sum + power, 0)
  return powers.map((power) => power / total)
}
`,J=String.raw`
const params = { trees: 100, depth: 3, learning_rate: 0.1, min_rows: 20, row_share: 0.8, l2: 5, bins: 16, ...JSON.parse(process.env.PLUMBLINE_PARAMS ?? '{}') }
const random = generator(Number(process.env.PLUMBLINE_SEED ?? 42))
const rows = table.filter((row) => !isMissing(row[TARGET]))
const classes = TASK === 'multiclass' ? [...new Set(rows.map((row) => String(row[TARGET])))].sort() : null
// One column of numbers per class to tell apart, one in all for the other tasks.
const wanted =
  TASK === 'regression' ? [rows.map((row) => Number(row[TARGET]))]
  : TASK === 'binary' ? [rows.map((row) => Number(String(row[TARGET]) === POSITIVE))]
  : classes.map((name) => rows.map((row) => Number(String(row[TARGET]) === name)))

const mean = wanted.map((values) => sum(values) / values.length)
const bias = mean.map((m) => round(TASK === 'regression' ? m : TASK === 'binary' ? Math.log(m / (1 - m)) : Math.log(m)))
const encoders = FEATURES.map((name) => learnEncoder(rows.map((row) => row[name]), wanted.at(-1), mean.at(-1)))
const bins = rows.map((row) => FEATURES.map((name, i) => binOf(encoders[i], row[name])))
const scores = bias.map((b) => rows.map(() => b))
const trees = []
for (let t = 0; t < params.trees; t++) {
  const sample = rows.map((_, i) => i).filter(() => random() < params.row_share)
  const slopes = slopesOf(scores)
  const fitted = slopes.map(({ g, h }) => grow(sample, params.depth, g, h))
  fitted.forEach((tree, k) => bins.forEach((row, i) => (scores[k][i] += leafOf(tree, row))))
  trees.push(fitted)
}

mkdirSync('model', { recursive: true })
writeFileSync('model/model.json', JSON.stringify({ task: TASK, classes, features: FEATURES, encoders, bias, trees }) + '\n')
writeFileSync('metrics.json', JSON.stringify({ train_rows: rows.length, trees: trees.length }, null, 2) + '\n')
console.log('trained ' + trees.length + ' rounds on ' + rows.length + ' rows')

// Gradient and curvature of the loss, for each column of scores.
function slopesOf(scores) {
  if (TASK === 'regression') return [{ g: wanted[0].map((y, i) => y - scores[0][i]), h: wanted[0].map(() => 1) }]
  const shares = rows.map((_, i) => (TASK === 'binary' ? [1 / (1 + Math.exp(-scores[0][i]))] : softmax(scores.map((column) => column[i]))))
  return wanted.map((values, k) => ({ g: values.map((y, i) => y - shares[i][k]), h: shares.map((p) => Math.max(p[k] * (1 - p[k]), 1e-6)) }))
}

function learnEncoder(values, labels, rate) {
  const present = values.filter((value) => !isMissing(value))
  if (present.length > 0 && present.every((value) => Number.isFinite(Number(value)))) {
    const sorted = present.map(Number).sort((a, b) => a - b)
    const cuts = Array.from({ length: params.bins - 1 }, (_, i) => sorted[Math.floor(((i + 1) * sorted.length) / params.bins)])
    return { kind: 'number', edges: [...new Set(cuts)] }
  }
  const groups = new Map()
  values.forEach((value, i) => {
    if (isMissing(value)) return
    const name = String(value).trim()
    const group = groups.get(name) ?? { n: 0, total: 0 }
    groups.set(name, { n: group.n + 1, total: group.total + labels[i] })
  })
  const level = ({ n, total }) => (total + 10 * rate) / (n + 10)
  const kept = [...groups].filter(([, group]) => group.n >= params.min_rows)
  kept.sort(([a, x], [b, y]) => level(x) - level(y) || (a < b ? -1 : 1))
  return { kind: 'category', bins: Object.fromEntries(kept.map(([name], i) => [name, i + 1])) }
}

function grow(sample, depth, g, h) {
  const total = { g: sum(sample.map((i) => g[i])), h: sum(sample.map((i) => h[i])) }
  const gain = ({ g, h }) => (g * g) / (h + params.l2)
  let best = { gain: 1e-9 }
  for (let column = 0; depth > 0 && column < FEATURES.length; column++) {
    const cells = []
    for (const i of sample) {
      const cell = (cells[bins[i][column]] ??= { g: 0, h: 0, n: 0 })
      cell.g += g[i]
      cell.h += h[i]
      cell.n += 1
    }
    const low = { g: 0, h: 0, n: 0 }
    cells.forEach((cell, split) => {
      low.g += cell.g
      low.h += cell.h
      low.n += cell.n
      if (low.n < params.min_rows || sample.length - low.n < params.min_rows) return
      const gained = gain(low) + gain({ g: total.g - low.g, h: total.h - low.h }) - gain(total)
      if (gained > best.gain) best = { gain: gained, column, split }
    })
  }
  if (best.column === undefined) return { value: round((params.learning_rate * total.g) / (total.h + params.l2)) }
  const isLow = (i) => bins[i][best.column] <= best.split
  return {
    column: best.column,
    split: best.split,
    low: grow(sample.filter(isLow), depth - 1, g, h),
    high: grow(sample.filter((i) => !isLow(i)), depth - 1, g, h),
  }
}

// Mulberry32: the same numbers on every machine.
function generator(seed) {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), state | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

function sum(values) {
  return values.reduce((total, value) => total + value, 0)
}

// Rounded, so that the last bits of Math.exp cannot differ between machines.
function round(value) {
  return Number(value.toFixed(6))
}
`,C=({train:e,test:t})=>/\.parquet$/i.test(e)||/\.parquet$/i.test(t??"");var q=n(32832),P=n(23068);async function U(e,t){return(0,P.C)(e,async n=>{let r=await b(n,t.data),{table:s,choice:a}=await K(n,r,t.target),i=function({folder:e,found:t,choice:n,columns:r,code:s,splitFolder:a}){var i,o;let l,u=null===s&&!C(t),m=null===t.test&&u,c=n.id??(m?function(e){let t=new Set(e.map(e=>e.toLowerCase())),n="id";for(let e=1;t.has(n);e++)n=1===e?"row_id":`row_id_${e}`;return n}(r):null),[d,f]=m?[`${a}/train.csv`,`${a}/test.csv`]:[t.train,t.test],h=m?null:t.delimiter,w={...n,train:d,delimiter:h};return{scripts:u,ignored:["/.plumbline/","/.plumbline-registry/","/deployed/",...u?["/model/","/metrics.json"]:[],...m?[`/${d}`,`/${f}`]:[]],files:{"plumbline.yml":function(e){let{guess:t}=e,n={train:e.train,...null===e.test?{}:{test:e.test},target:t.target,...null===t.positive?{}:{positive:t.positive},...null===t.id?{}:{id:t.id},...null===t.time?{}:{time:t.time},features:[...t.features],...e.prepare?{prepare:{command:"node prepare.mjs",inputs:[...e.prepare.inputs],outputs:[...e.prepare.outputs]}}:{}},r=["# Written by `plumbline init`; it is yours to change.","# yaml-language-server: $schema=https://raw.githubusercontent.com/plumbline-ml/plumbline/main/schemas/plumbline.schema.json",O({model:e.model,task:t.task}),E(`The target was chosen ${t.reason}.`),...t.excluded.map(({name:e,reason:t})=>E(`Left out of the features: ${JSON.stringify(e)}, ${t}.`)),...t.leaks.length>0?[E(p)]:[],O({data:n}),...null===e.test?["# Rows kept for the gate, never trained on: add `test:` under data."]:[],...e.scripts?[O({train:{command:"node train.mjs",seed:42,params:{trees:100,depth:3},code:["train.mjs","model.mjs","table.mjs"],metrics:"metrics.json"},predict:{command:"node predict.mjs"}})]:["# Name your own code here: the command that trains, and the one that answers rows on stdin.","# train:",E(`  command: ${function(e){if(null===e||/\.yaml$/.test(e))return"python train.py";let t=N[e.split(".").at(-1)?.toLowerCase()??""]??"node";return`${t} ${/\s/.test(e)?JSON.stringify(e):e}`}(e.code)}`),"# predict:","#   command: python predict.py"],O({evaluate:{rules:[{metric:k[t.task],"max-loss":function({task:e,spread:t}){return"regression"===e?Number(((t??0)/100).toPrecision(2)):.01}(t)}]}}),...e.scripts?[O({package:{files:["model","predict.mjs","model.mjs"]}})]:[]];return`${r.join("\n")}
`}({model:(0,T.N)(e),guess:{...n,id:c},train:x(d,h),test:null===f?null:x(f,h),prepare:m?{inputs:[t.train,"prepare.mjs","table.mjs"],outputs:[d,f]}:null,scripts:u,code:s}),".github/workflows/plumbline.yml":`# Written by \`plumbline init\`; it is yours to change.
# More: https://github.com/plumbline-ml/plumbline/tree/v1/workflows-examples
name: model
on:
  pull_request:
  push:
    branches: [main]
permissions: {}
jobs:
  gate:
    if: github.event_name == 'pull_request'
    runs-on: ubuntu-latest
    timeout-minutes: 60
    permissions:
      contents: read
      # To read which version is deployed: the candidate is compared with it.
      deployments: read
      # For the gate's comment; without it the report is in the step summary.
      pull-requests: write
    steps:
      - uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1
        with:
          persist-credentials: false
      - uses: plumbline-ml/plumbline@v1
        with:
          stages: validate-data, train, evaluate-gate

  release:
    if: github.event_name == 'push'
    runs-on: ubuntu-latest
    timeout-minutes: 60
    permissions:
      # To publish the version as a release.
      contents: write
      deployments: read
    steps:
      - uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1
        with:
          persist-credentials: false
      - uses: plumbline-ml/plumbline@v1
        with:
          stages: validate-data, train, evaluate-gate, package-model
`,...u?{"table.mjs":F,"model.mjs":L,"train.mjs":`${_("Trains gradient-boosted trees. PLUMBLINE_SEED and PLUMBLINE_PARAMS (JSON) come from plumbline.yml.")}import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { binOf, isMissing, leafOf, softmax } from './model.mjs'
import { readTable } from './table.mjs'

${A("TRAIN",w.train)}${A("TARGET",w.target)}${A("TASK",w.task)}${A("POSITIVE",w.positive)}${A("FEATURES",w.features)}
const table = readTable(TRAIN, readFileSync(TRAIN, 'utf8')${M(w.delimiter)})${J}`,"predict.mjs":R}:{},...m?{"prepare.mjs":(i={source:t.train,delimiter:t.delimiter,train:d,test:f,time:n.time,id:c,numbered:null===n.id},`${_("Splits the source table: the newest fifth, or a fixed fifth by hash, becomes the test set.")}import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { readTable, writeCsv } from './table.mjs'

${A("SOURCE",i.source)}${A("TRAIN",i.train)}${A("TEST",i.test)}${A("TIME",i.time)}${A("ID",i.id)}
${o=i,l=`readTable(SOURCE, readFileSync(SOURCE, 'utf8')${M(o.delimiter)})`,`const rows = ${l}${o.numbered?".map((row, i) => ({ [ID]: i + 1, ...row }))":""}`}${I}`)}:{}}}}({folder:n.files.root.split(/[\\/]/).at(-1)??"",found:r,choice:a,columns:s.columns.map(({name:e})=>e),code:await V(n),splitFolder:await W(n)}),o=await G(n,i,t.force??!1);return function({terminal:e,json:t},n,r){let{table:s,choice:a,found:i,plan:o,written:u}=r;if(t())return e.out.write(`${JSON.stringify({data:i,rows:s.rows,...a,files:u},null,2)}
`);let m=[`Data: ${i.train}${i.test?` and ${i.test}`:""}, ${(0,l.LS)(s.rows,"row")}, ${(0,l.LS)(s.columns.length,"column")}.`,`Target: ${a.target} (${a.task}), chosen ${a.reason}. For another one: plumbline init --target <column> --force.`,...a.excluded.map(({name:e,reason:t})=>`Left out of the features: ${e}, ${t}.`),...a.leaks.length>0?[p]:[],...u.map(({path:e,state:t})=>`${t.padEnd(8)} ${e}${"kept"===t?" (--force overwrites it)":""}`),function({scripts:e},t){if(e)return"Next: plumbline run, then plumbline infer for a data contract to commit.";let n="name your commands under `train` and `predict` in plumbline.yml, then `plumbline run`";if(!C(t))return`Your training code stays as it is: ${n}. \`plumbline validate-data\` works already.`;let r=t.train.replace(/\.parquet$/i,".csv");return`No scripts were written, for Node cannot read Parquet without a library: ${n}. \`plumbline validate-data\` works already.
Or let init write them for a CSV of the same rows:
  python -c "import pandas, sys; pandas.read_parquet(sys.argv[1]).to_csv(sys.argv[2], index=False)" "${t.train}" "${r}"
  plumbline init --force --data "${r}"`}(o,i)];n.log.progress(""),e.out.write(`${m.map(q.pj).join("\n")}
`)}(e,n,{table:s,choice:a,found:r,plan:i,written:o}),u.dc.ok},t)}async function K(e,t,n){let u,p=await e.data();e.log.progress(`reading ${t.train}`);let f=await (0,a.Zh)(p,e.files,"train",x(t.train,t.delimiter),{key:"--data"}),h=await (0,o.A6)(p,f,{}),w=function(e,t,n){let r=function(e,t){var n,r,s;let a,{columns:i}=e,o=i.find(e=>{var t;return 0===(t=e).missing&&t.distinct===t.rows&&t.rows>1&&/(^|[_\- ])(id|key|uuid|guid|index)$/i.test(t.name)&&"number"!==t.type})??null,u=void 0===t?(a=i.filter(e=>e!==o).filter(e=>e.distinct>1&&"date"!==e.type&&"timestamp"!==e.type)).find(e=>c.test(e.name))??a.findLast(e=>2===e.distinct)??a.findLast(e=>e.distinct<=20)??a.findLast(e=>null!==e.numeric):i.find(e=>e.name===t);if(!u)return null;let p=i.find(e=>e!==u&&("date"===e.type||"timestamp"===e.type))??null,f=i.flatMap(e=>{var t;let n,r=e===u||e===o||e===p?null:0==(n=(t=e).rows-t.missing)?"no value at all":t.distinct<=1?"the same value everywhere":"date"===t.type||"timestamp"===t.type?"a second time column":"string"===t.type&&t.distinct>.5*n?`text with ${(0,l.LS)(t.distinct,"different value")}`:null;return r?[{name:e.name,reason:r}]:[]}),h=new Set([u.name,o?.name,p?.name,...f.map(e=>e.name)]),w=(0,m.h)(u);return{target:u.name,task:w,positive:"binary"===w?(n=u,n.top.find(({value:e})=>d.test(e))?.value??n.top.at(-1)?.value??null):null,spread:"regression"===w?u.numeric?.sd??null:null,id:o?.name??null,time:p?.name??null,features:i.map(e=>e.name).filter(e=>!h.has(e)),excluded:f,leaks:[],reason:void 0!==t?"as you said":(r=u,s=w,c.test(r.name)?"because of its name":"regression"===s?"because it is the last column with numbers":"because it is the last column with few different values")}}(e,n);if(r&&r.features.length>0)return r;let a=e.columns.map(e=>e.name);if(void 0!==n&&!a.includes(n))throw new s.yo(`${t} has no column "${n}"`,{where:"--target",cure:`name one of ${a.join(", ")}`});if(r){let e=r.excluded.map(({name:e,reason:t})=>`${e}: ${t}`).join("; ");throw new s.yo(`${t} has no column to predict "${r.target}" by${""===e?"":` (${e})`}`,{cure:`add columns, or name another target: plumbline init --target <column>; there are ${a.join(", ")}`})}throw new s.yo(`no column of ${t} looks like something to predict`,{cure:`name one: plumbline init --target <column>; there are ${a.join(", ")}`})}(h,t.train,n);e.log.progress("looking for columns that give the target away");let g="regression"===w.task?"value":"class",b=await (0,i.measurePower)(p,f,h,{name:w.target,kind:g},w.features),y=r.z4.parse({schema:"plumbline.data-contract/1"}).leakage;return{table:h,choice:(u=b.flatMap(({feature:e,power:t,rare:n})=>null!==t&&t>y["max-power"]-.01?[{name:e,power:t}]:null!==n&&n.power>y["max-rare-power"]-.01?[{name:e,power:n.power}]:[])).length===w.features.length?w:{...w,features:w.features.filter(e=>!u.some(t=>t.name===e)),excluded:[...w.excluded,...u.map(({name:e,power:t})=>{let n;return{name:e,reason:(n=t,`it alone tells the target, with a power of ${n.toFixed(2)} of 1`)}})],leaks:u.map(({name:e})=>e)}}}async function V(e){let t=await y(e);return"train.mjs"!==t?t:(await e.files.readText(t)).startsWith("// Written by `plumbline init`")?null:t}async function W(e){let t=e.config.data.prepare?.outputs??[];for(let n of["data","prepared"]){let r=[`${n}/train.csv`,`${n}/test.csv`];if(!(await Promise.all(r.map(async n=>!t.includes(n)&&await e.files.exists(n)))).includes(!0))return n}throw new s.yo("data/ and prepared/ both hold a train.csv or test.csv",{cure:"name the training and the test data: plumbline init --data <train file> <test file>"})}async function G(e,{files:t,ignored:n},r){let s=[];for(let[n,a]of Object.entries(t)){let t=!r&&await e.files.exists(n);t||await e.files.write(n,a),s.push({path:n,state:t?"kept":"wrote"})}let a=await D(e,n);return null===a?s:[...s,{path:".gitignore",state:a}]}async function D(e,t){let n=await e.files.exists(".gitignore"),r=n?await e.files.readText(".gitignore"):"",s=e=>e.trim().replace(/^\/|\/$/g,""),a=new Set(r.split("\n").map(s)),i=t.filter(e=>!a.has(s(e)));if(0===i.length)return null;let o=""===r||r.endsWith("\n")?"":"\n";return await e.files.write(".gitignore",`${r}${o}# Results of Plumbline
${i.join("\n")}
`),n?"extended":"wrote"}},88141:(e,t,n)=>{function r(e){return e.distinct<=2?"binary":e.numeric&&(e.fraction||e.distinct>20)?"regression":"multiclass"}function s({distinct:e,numeric:t,top:n}){return r({distinct:e,numeric:null!==t,fraction:n.some(({value:e})=>!Number.isInteger(Number(e)))})}n.d(t,{S:()=>r,h:()=>s})}};
