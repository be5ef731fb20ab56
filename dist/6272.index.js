export const id=6272;export const ids=[6272];export const modules={26272:(e,t,n)=>{n.d(t,{init:()=>P});var r=n(84199),a=n(30798),s=n(13481),l=n(96993),i=n(36452),o=n(56793),u=n(13100),c=n(88141);let m=/^(target|label|labels|class|outcome|y|churn(ed)?|clicked|converted|default(ed)?|damage[d]?|diagnosis|fraud|is_fraud|response|species|survived|won|price|quality|sale_?price|score)$/i,d=/^(1|true|yes|y|t|positive|malignant|spam|fraud)$/i,p="A column that alone tells the target is often known only after it. If yours is honest, list it under `features` and raise `leakage.max-power` in the contract.";var f=n(26526);let h=["**/*.{csv,tsv,jsonl,ndjson,parquet}"],w=["**/train*.{py,R,r,mjs,js,ts,jl,sh}","**/*train.{py,R,r,mjs,js,ts,jl,sh}","params.yaml","dvc.yaml"],g=/(^|\/)(\.|deployed\/|model\/|venv\/|env\/|site-packages\/|dist\/|build\/)/;async function b(e,t){let n=t??await S(e),{train:r,test:a}=function(e){let t=t=>e.find(({path:e})=>t.test(e.split("/").at(-1)??"")),[n,r]=[t(/(^|[^a-z])train(ing)?([^a-z]|$)/i),t(/(^|[^a-z])(test|holdout)([^a-z]|$)/i)];if(n&&r)return{train:n.path,test:r.path};let[a]=e.filter(e=>e!==r).sort((e,t)=>t.bytes-e.bytes||(e.path<t.path?-1:1));return{train:(n??a??r)?.path,test:null}}(await v(e,n));return{train:r,test:a,delimiter:await $(e,r)}}async function y(e){return(await e.files.list(w)).find(e=>!g.test(e))??null}async function S(e){let t=e.config.data.prepare?.outputs??[],n=(await e.files.list(h)).filter(e=>!g.test(e)&&!t.includes(e));if(n.length>0)return n;throw new a.yo("no data file (CSV, TSV, JSON Lines, Parquet) is in this folder",{cure:"run it where your data are, or name them: plumbline init --data path/to/table.csv. A JSON array has to be written as JSON Lines first, one object a line"})}async function v(e,t){return Promise.all(t.map(async t=>({path:t,bytes:(await e.files.digest(t)).bytes})))}async function $(e,t){if(!/\.csv$/i.test(t))return null;let n=await (0,f.ay)(e.files.resolve(t),t,",");return 1===n.length?[";","	","|"].find(e=>n[0]?.includes(e))??null:null}let E=(e,t)=>null===t?e:{path:e,delimiter:t};var T=n(15990),N=n(38815);let x={binary:"roc_auc",multiclass:"accuracy",regression:"rmse"},A=e=>`# ${e.replaceAll(/\s+/g," ").replace(/^ /,"  ")}`,R={py:"python",r:"Rscript",jl:"julia",sh:"bash",ts:"npx tsx"},O=e=>(0,N.As)(e,{lineWidth:0}).trimEnd(),L=(e,t)=>`const ${e} = ${JSON.stringify(t)}
`,k=e=>null===e?"":`, ${JSON.stringify(e)}`,M=`${j("Answers one JSON object per line on stdin with one JSON value per line on stdout.")}import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { predict } from './model.mjs'

const model = JSON.parse(readFileSync('model/model.json', 'utf8'))
for await (const line of createInterface({ input: process.stdin })) {
  if (line.trim() !== '') process.stdout.write(JSON.stringify(predict(model, JSON.parse(line))) + '\\n')
}
`;function j(e){return`// Written by \`plumbline init\`; it is yours to change.
// ${e}
`}let I=String.raw`// Written by "plumbline init"; it is yours to change.
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
`,F=`
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
`,C=`// Written by "plumbline init"; it is yours to change.
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
`,_=String.raw`
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
`,U=({train:e,test:t})=>/\.parquet$/i.test(e)||/\.parquet$/i.test(t??"");var q=n(32832),W=n(23068);async function P(e,t){return(0,W.C)(e,async n=>{let r=await b(n,t.data),{table:a,choice:s}=await B(n,r,t.target),l=function({folder:e,found:t,choice:n,columns:r,code:a,splitFolder:s}){var l,i;let o,u=null===a&&!U(t),c=null===t.test&&u,m=n.id??(c?function(e){let t=new Set(e.map(e=>e.toLowerCase())),n="id";for(let e=1;t.has(n);e++)n=1===e?"row_id":`row_id_${e}`;return n}(r):null),[d,f]=c?[`${s}/train.csv`,`${s}/test.csv`]:[t.train,t.test],h=c?null:t.delimiter,w={...n,train:d,delimiter:h};return{scripts:u,ignored:["/.plumbline/","/.plumbline-registry/","/deployed/",...u?["/model/","/metrics.json"]:[],...c?[`/${d}`,`/${f}`]:[]],files:{"plumbline.yml":function(e){let{guess:t}=e,n={train:e.train,...null===e.test?{}:{test:e.test},target:t.target,...null===t.positive?{}:{positive:t.positive},...null===t.id?{}:{id:t.id},...null===t.time?{}:{time:t.time},features:[...t.features],...e.prepare?{prepare:{command:"node prepare.mjs",inputs:[...e.prepare.inputs],outputs:[...e.prepare.outputs]}}:{}},r=["# Written by `plumbline init`; it is yours to change.","# yaml-language-server: $schema=https://raw.githubusercontent.com/plumbline-ml/plumbline/main/schemas/plumbline.schema.json",O({model:e.model,task:t.task}),A(`The target was chosen ${t.reason}.`),...t.excluded.map(({name:e,reason:t})=>A(`Left out of the features: ${JSON.stringify(e)}, ${t}.`)),...t.leaks.length>0?[A(p)]:[],O({data:n}),...null===e.test?["# Rows kept for the gate, never trained on: add `test:` under data."]:[],...e.scripts?[O({train:{command:"node train.mjs",seed:42,params:{trees:100,depth:3},code:["train.mjs","model.mjs","table.mjs"],metrics:"metrics.json"},predict:{command:"node predict.mjs"}})]:["# Name your own code here: the command that trains, and the one that answers rows on stdin.","# train:",A(`  command: ${function(e){if(null===e||/\.yaml$/.test(e))return"python train.py";let t=R[e.split(".").at(-1)?.toLowerCase()??""]??"node";return`${t} ${/\s/.test(e)?JSON.stringify(e):e}`}(e.code)}`),"# predict:","#   command: python predict.py"],O({evaluate:{rules:[{metric:x[t.task],"max-loss":function({task:e,spread:t}){return"regression"===e?Number(((t??0)/100).toPrecision(2)):.01}(t)}]}}),...e.scripts?[O({package:{files:["model","predict.mjs","model.mjs"]}})]:[]];return`${r.join("\n")}
`}({model:(0,T.N)(e),guess:{...n,id:m},train:E(d,h),test:null===f?null:E(f,h),prepare:c?{inputs:[t.train,"prepare.mjs","table.mjs"],outputs:[d,f]}:null,scripts:u,code:a}),".github/workflows/plumbline.yml":`# Written by \`plumbline init\`; it is yours to change.
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
`,...u?{"table.mjs":I,"model.mjs":C,"train.mjs":`${j("Trains gradient-boosted trees. PLUMBLINE_SEED and PLUMBLINE_PARAMS (JSON) come from plumbline.yml.")}import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { binOf, isMissing, leafOf, softmax } from './model.mjs'
import { readTable } from './table.mjs'

${L("TRAIN",w.train)}${L("TARGET",w.target)}${L("TASK",w.task)}${L("POSITIVE",w.positive)}${L("FEATURES",w.features)}
const table = readTable(TRAIN, readFileSync(TRAIN, 'utf8')${k(w.delimiter)})${_}`,"predict.mjs":M}:{},...c?{"prepare.mjs":(l={source:t.train,delimiter:t.delimiter,train:d,test:f,time:n.time,id:m,numbered:null===n.id},`${j("Splits the source table: the newest fifth, or a fixed fifth by hash, becomes the test set.")}import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { readTable, writeCsv } from './table.mjs'

${L("SOURCE",l.source)}${L("TRAIN",l.train)}${L("TEST",l.test)}${L("TIME",l.time)}${L("ID",l.id)}
${i=l,o=`readTable(SOURCE, readFileSync(SOURCE, 'utf8')${k(i.delimiter)})`,`const rows = ${o}${i.numbered?".map((row, i) => ({ [ID]: i + 1, ...row }))":""}`}${F}`)}:{}}}}({folder:n.files.root.split(/[\\/]/).at(-1)??"",found:r,choice:s,columns:a.columns.map(({name:e})=>e),code:await G(n),splitFolder:await J(n)}),i=await D(n,l,t.force??!1);return function({terminal:e,json:t},n,r){let{table:a,choice:s,found:l,plan:i,written:u}=r;if(t())return e.out.write(`${JSON.stringify({data:l,rows:a.rows,...s,files:u},null,2)}
`);let c=[`Data: ${l.train}${l.test?` and ${l.test}`:""}, ${(0,o.LS)(a.rows,"row")}, ${(0,o.LS)(a.columns.length,"column")}.`,`Target: ${s.target} (${s.task}), chosen ${s.reason}. For another one: plumbline init --target <column> --force.`,...s.excluded.map(({name:e,reason:t})=>`Left out of the features: ${e}, ${t}.`),...s.leaks.length>0?[p]:[],...u.map(({path:e,state:t})=>`${t.padEnd(8)} ${e}${"kept"===t?" (--force overwrites it)":""}`),function({scripts:e},t){if(e)return"Next: plumbline run, then plumbline infer for a data contract to commit.";let n="name your commands under `train` and `predict` in plumbline.yml, then `plumbline run`";if(!U(t))return`Your training code stays as it is: ${n}. \`plumbline validate-data\` works already.`;let r=t.train.replace(/\.parquet$/i,".csv");return`No scripts were written, for Node cannot read Parquet without a library: ${n}. \`plumbline validate-data\` works already.
Or let init write them for a CSV of the same rows:
  python -c "import pandas, sys; pandas.read_parquet(sys.argv[1]).to_csv(sys.argv[2], index=False)" "${t.train}" "${r}"
  plumbline init --force --data "${r}"`}(i,l)];n.log.progress(""),e.out.write(`${c.map(q.pj).join("\n")}
`)}(e,n,{table:a,choice:s,found:r,plan:l,written:i}),u.dc.ok},t)}async function B(e,t,n){let u,p=await e.data();e.log.progress(`reading ${t.train}`);let f=await (0,s.Zh)(p,e.files,"train",E(t.train,t.delimiter),{key:"--data"}),h=await (0,i.A6)(p,f,{}),w=function(e,t,n){let r=function(e,t){var n,r,a;let s,{columns:l}=e,i=l.find(e=>{var t;return 0===(t=e).missing&&t.distinct===t.rows&&t.rows>1&&/(^|[_\- ])(id|key|uuid|guid|index)$/i.test(t.name)&&"number"!==t.type})??null,u=void 0===t?(s=l.filter(e=>e!==i).filter(e=>e.distinct>1&&"date"!==e.type&&"timestamp"!==e.type)).find(e=>m.test(e.name))??s.findLast(e=>2===e.distinct)??s.findLast(e=>e.distinct<=20)??s.findLast(e=>null!==e.numeric):l.find(e=>e.name===t);if(!u)return null;let p=l.find(e=>e!==u&&("date"===e.type||"timestamp"===e.type))??null,f=l.flatMap(e=>{var t;let n,r=e===u||e===i||e===p?null:0==(n=(t=e).rows-t.missing)?"no value at all":t.distinct<=1?"the same value everywhere":"date"===t.type||"timestamp"===t.type?"a second time column":"string"===t.type&&t.distinct>.5*n?`text with ${(0,o.LS)(t.distinct,"different value")}`:null;return r?[{name:e.name,reason:r}]:[]}),h=new Set([u.name,i?.name,p?.name,...f.map(e=>e.name)]),w=(0,c.h)(u);return{target:u.name,task:w,positive:"binary"===w?(n=u,n.top.find(({value:e})=>d.test(e))?.value??n.top.at(-1)?.value??null):null,spread:"regression"===w?u.numeric?.sd??null:null,id:i?.name??null,time:p?.name??null,features:l.map(e=>e.name).filter(e=>!h.has(e)),excluded:f,leaks:[],reason:void 0!==t?"as you said":(r=u,a=w,m.test(r.name)?"because of its name":"regression"===a?"because it is the last column with numbers":"because it is the last column with few different values")}}(e,n);if(r&&r.features.length>0)return r;let s=e.columns.map(e=>e.name);if(void 0!==n&&!s.includes(n))throw new a.yo(`${t} has no column "${n}"`,{where:"--target",cure:`name one of ${s.join(", ")}`});if(r){let e=r.excluded.map(({name:e,reason:t})=>`${e}: ${t}`).join("; ");throw new a.yo(`${t} has no column to predict "${r.target}" by${""===e?"":` (${e})`}`,{cure:`add columns, or name another target: plumbline init --target <column>; there are ${s.join(", ")}`})}throw new a.yo(`no column of ${t} looks like something to predict`,{cure:`name one: plumbline init --target <column>; there are ${s.join(", ")}`})}(h,t.train,n);e.log.progress("looking for columns that give the target away");let g="regression"===w.task?"value":"class",b=await (0,l.W)(p,f,h,{name:w.target,kind:g},w.features),y=r.z4.parse({schema:"plumbline.data-contract/1"}).leakage;return{table:h,choice:(u=b.flatMap(({feature:e,power:t,rare:n})=>null!==t&&t>y["max-power"]-.01?[{name:e,power:t}]:null!==n&&n.power>y["max-rare-power"]-.01?[{name:e,power:n.power}]:[])).length===w.features.length?w:{...w,features:w.features.filter(e=>!u.some(t=>t.name===e)),excluded:[...w.excluded,...u.map(({name:e,power:t})=>{let n;return{name:e,reason:(n=t,`it alone tells the target, with a power of ${n.toFixed(2)} of 1`)}})],leaks:u.map(({name:e})=>e)}}}async function G(e){let t=await y(e);return"train.mjs"!==t?t:(await e.files.readText(t)).startsWith("// Written by `plumbline init`")?null:t}async function J(e){let t=e.config.data.prepare?.outputs??[];for(let n of["data","prepared"]){let r=[`${n}/train.csv`,`${n}/test.csv`];if(!(await Promise.all(r.map(async n=>!t.includes(n)&&await e.files.exists(n)))).includes(!0))return n}throw new a.yo("data/ and prepared/ both hold a train.csv or test.csv",{cure:"name the training and the test data: plumbline init --data <train file> <test file>"})}async function D(e,{files:t,ignored:n},r){let a=[];for(let[n,s]of Object.entries(t)){let t=!r&&await e.files.exists(n);t||await e.files.write(n,s),a.push({path:n,state:t?"kept":"wrote"})}let s=await Y(e,n);return null===s?a:[...a,{path:".gitignore",state:s}]}async function Y(e,t){let n=await e.files.exists(".gitignore"),r=n?await e.files.readText(".gitignore"):"",a=e=>e.trim().replace(/^\/|\/$/g,""),s=new Set(r.split("\n").map(a)),l=t.filter(e=>!s.has(a(e)));if(0===l.length)return null;let i=""===r||r.endsWith("\n")?"":"\n";return await e.files.write(".gitignore",`${r}${i}# Results of Plumbline
${l.join("\n")}
`),n?"extended":"wrote"}},96993:(e,t,n)=>{n.d(t,{W:()=>N});var r=n(52678),a=n(18832),s=n(81167),l=n(19056);let i=e=>({cell:null===e.cell||void 0===e.cell?null:String(e.cell),fold:Number(e.fold),class:null===e.class||void 0===e.class?"":String(e.class),n:Number(e.n),total:Number(e.total??0),squares:Number(e.squares??0)});function o(e){if(e.length<=2)return Math.max(0,...e.map(({power:e})=>e));let t=e.reduce((e,{n:t})=>e+t,0);return e.reduce((e,{n,power:r})=>e+n/t*Math.max(0,r),0)}function u(e,t){let n=d(e,e=>e.class),r=e.reduce((e,{n:t})=>e+t,0),a=[...n].filter(([,e])=>e>=20&&r-e>=20);if(0===a.length)return{value:null,reason:"no class has 20 rows inside and 20 outside of it",best:null};let s=a.map(([n,a])=>({n:a,class:n,power:2*function(e,t,n,r){let a=[];for(let{whole:s,parts:l}of p(e.map(e=>({...e,total:e.class===t?e.n:0})),r))for(let e of l){if(0===e.n)continue;let t=(s.total-e.total+10*n)/(s.n-e.n+10);a.push({score:t,hits:e.total,misses:e.n-e.total})}return function(e){let t=[...e].sort((e,t)=>e.score-t.score),[n,r]=[t.reduce((e,t)=>e+t.hits,0),t.reduce((e,t)=>e+t.misses,0)],a=0,s=0;for(let e=0;e<t.length;){let[n,r,l]=[0,0,e];for(;l<t.length&&t[l]?.score===t[e]?.score;)n+=t[l]?.hits??0,r+=t[l]?.misses??0,l+=1;s+=n*(a+r/2),a+=r,e=l}return 0===n||0===r?.5:s/(n*r)}(a)}(e,n,a/r,t)-1})),[l]=[...s].sort((e,t)=>t.power-e.power),i=void 0===l||n.size<=2?null:{class:l.class,power:l.power};return{value:o(s),reason:null,best:i}}function c(e,t){let n=e.reduce((e,t)=>e+t.n,0);if(n<20)return{value:null,reason:"fewer than 20 rows"};let r=e.reduce((e,t)=>e+t.total,0)/n,a=e.reduce((e,t)=>e+t.squares-2*r*t.total+r*r*t.n,0);if(!(a>0))return{value:null,reason:"the label has no spread"};let s=0;for(let{whole:n,parts:a}of p(e,t))for(let e of a){let t=(n.total-e.total+10*r)/(n.n-e.n+10);s+=e.squares-2*t*e.total+t*t*e.n}return{value:Math.max(0,1-s/a),reason:null}}let m=[["all",null],["upper 3/4",.25],["upper half",.5],["upper 1/4",.75]];function d(e,t){let n=new Map;for(let r of e)n.set(t(r),(n.get(t(r))??0)+r.n);return new Map([...n].sort(([e],[t])=>e<t?-1:1))}function p(e,t){let n=()=>({n:0,total:0,squares:0}),r=new Map;for(let a of e){let e=r.get(a.cell)??{whole:n(),parts:Array.from({length:t},n)};for(let t of(r.set(a.cell,e),[e.whole,e.parts[a.fold]]))t.n+=a.n,t.total+=a.total,t.squares+=a.squares}return[...r].sort(([e],[t])=>(e??"")<(t??"")?-1:1).map(([,e])=>e)}var f=n(72235);async function h(e,t,n,r){return null===r?(await e.run(`CREATE OR REPLACE TEMP TABLE ${t} AS ${n}`),t):(await (0,f.eZ)(e,`CREATE OR REPLACE TABLE ${r}.${t} AS ${n}`),`${r}.${t}`)}async function w(e,t,n,r){let[a]=await e.all(`SELECT count(*) AS n FROM ${n}`),s=Math.max(1,Math.ceil(Number(a?.n??0)/5e4));if(1===s)return n;let l=["y","fold",...t.map(({sql:e})=>e)].join(", ");return h(e,"power_order",`SELECT ${l} FROM ${n} WHERE (h // 7) % ${s} = 0`,r)}async function g(e,{type:t,sql:n},a,{order:s}){if(!(0,r.kf)(t)&&!(0,r.jG)(t)&&"string"!==t)return null;let l=`(SELECT ${"string"===t?b(n):(0,r.i)(t,n)} AS x, y FROM ${s})`;return"class"===a?S(e,l):v(e,l)}let b=e=>`TRY_CAST(replace(regexp_extract(${e}, '-?[0-9]{1,3}(,[0-9]{3})+(\\.[0-9]+)?|-?[0-9]+(\\.[0-9]+)?'), ',', '') AS DOUBLE)`,y=e=>`rank() OVER (ORDER BY ${e}) + (count(*) OVER (PARTITION BY ${e}) - 1) / 2.0`;async function S(e,t){let n=`SELECT *, sum(c) OVER (ORDER BY x NULLS LAST) - (sum(c) OVER (ORDER BY x NULLS LAST RANGE BETWEEN CURRENT ROW AND CURRENT ROW) - 1) / 2.0 AS r FROM (SELECT x, y, count(*) AS c FROM ${t} GROUP BY x, y)`,r="FILTER (WHERE x IS NOT NULL)",a=(await e.all(`SELECT y, coalesce(sum(c) ${r}, 0)::BIGINT AS n, sum(c)::BIGINT AS seen, sum(c * r) ${r} AS ranks FROM (${n}) GROUP BY y ORDER BY y`)).map(e=>({n:Number(e.n),seen:Number(e.seen),ranks:Number(e.ranks??0)})),s=a.reduce((e,t)=>e+t.n,0);if(2*s<a.reduce((e,t)=>e+t.seen,0))return null;let l=a.filter(e=>e.n>=20&&s-e.n>=20);return 0===l.length?null:o(l.map(e=>({n:e.n,power:Math.abs(2*(e.ranks-e.n*(e.n+1)/2)/(e.n*(s-e.n))-1)})))}async function v(e,t){let[n={}]=await e.all(`SELECT (SELECT count(*) FROM ${t}) AS seen, count(*) AS n, sum(a * b) AS ab, sum(a * a) AS aa, sum(b * b) AS bb
     FROM (SELECT ${y("x")} AS a, ${y("y")} AS b FROM ${t} WHERE x IS NOT NULL)`),r=Number(n.n);if(r<20||2*r<Number(n.seen))return null;let a=r*(r+1)**2/4,[s,l,i]=[n.ab,n.aa,n.bb].map(e=>Number(e)-a);return l>0&&i>0?s**2/(l*i):null}async function $(e,{sql:t},n,r,{order:a}){let s="class"===n?"y AS class":"NULL AS class, sum(y) AS total, sum(y * y) AS squares",l=null;for(let o of[`regexp_extract(${t}, '^[^0-9]{0,20}')`,`regexp_extract(${t}, '[^0-9]{0,20}$')`,`length(${t})`]){let t=await e.all(`SELECT ${o} AS cell, fold, ${s}, count(*) AS n FROM ${a} GROUP BY cell, fold${"class"===n?", y":""}`),{value:m}=("class"===n?u:c)(t.map(i),r);null!==m&&(l=Math.max(l??0,m))}return l}var E=n(56758),T=n(44606);async function N(e,t,n,a,s){let l=t.columns.find(({name:e})=>e===a.name),i=n.columns.find(({name:e})=>e===a.name)?.distinct??0,o=t.columns.filter(({name:e})=>s.includes(e)&&e!==a.name),u=void 0===l?`there is no column ${JSON.stringify(a.name)}`:"class"===a.kind&&i>100?`the label has ${i} classes, more than 100`:i<2?"the label has fewer than two values":"value"!==a.kind||(0,r.kf)(l.type)?null:`the label is ${l.type}, not a number`;if(void 0===l||null!==u)return o.map(({name:e})=>({feature:e,power:null,rare:null,n:0,reason:u}));let c=(0,f.Kz)(t.table),m=await x(e,t,l,a,o,c),d={rows:m,order:await w(e,o,m,c),store:c},p=[];for(let t of o){let r=n.columns.find(({name:e})=>e===t.name);p.push(await A(e,t,r,a,d))}for(let t of new Set([d.order,d.rows]))await e.run(`DROP TABLE ${t}`);return p}async function x(e,t,n,a,s,l){let i=Math.max(1,Math.ceil(t.rows/5e5)),o="class"===a.kind?(0,r.e1)(n.type,n.sql):(0,r.i)(n.type,n.sql),u=`(SELECT *, ${(0,E.rG)(t,void 0)} AS h FROM ${t.table})`,c=["y",...s.map(({sql:e})=>e)].join(", ");return h(e,"power_rows",`SELECT ${c}, h // ${i} AS h, ((h // ${i}) % 5)::TINYINT AS fold
     FROM (SELECT *, ${o} AS y FROM ${u}) WHERE y IS NOT NULL AND h % ${i} = 0`,l)}async function A(e,t,n,s,l){let o=function({type:e,sql:t},{numeric:n,distinct:s,top:l}){if(null!==n&&((0,r.kf)(e)||(0,r.jG)(e))&&s>a.U_){let a=(0,r.i)(e,t),s=n.histogram.edges.slice(1,-1).map((e,t)=>`WHEN ${a} < ${(0,T.gd)(e)} THEN ${t}`),l=n.histogram.edges.length-2;return 0===s.length?`CASE WHEN ${a} IS NOT NULL THEN 0 END`:`CASE WHEN ${a} IS NULL THEN NULL ${s.join(" ")} ELSE ${l} END`}if("string"!==e)return(0,r.e1)(e,t);if(s<=1e4)return t;let i=(0,T.uG)(l.map(({value:e})=>e));return`CASE WHEN ${t} IS NULL THEN NULL WHEN list_contains(${i}, ${t}) THEN ${t} ELSE 'other' END`}(t,n),m="class"===s.kind?"y AS class":"NULL AS class, sum(y) AS total, sum(y * y) AS squares",d=(await e.all(`SELECT ${o} AS cell, fold, ${m}, count(*) AS n FROM ${l.rows} GROUP BY cell, fold${"class"===s.kind?", y":""}`)).map(i),p="class"===s.kind?u(d,5):{...c(d,5),best:null},f=d.reduce((e,t)=>e+t.n,0),h="class"===s.kind?await R(e,t,n,d,l):null,w=null===p.value?null:await g(e,t,s.kind,l),b="string"===t.type&&2*n.distinct>n.rows-n.missing,y=null!==p.value&&b?await $(e,t,s.kind,5,l):null,S=null===p.value?null:(0,T.u8)(Math.max(p.value,w??0,y??0));return{feature:t.name,power:S,rare:h,best:p.best,n:f,reason:p.reason}}async function R(e,{type:t,sql:n},{rows:a,missing:i,invalid:o,nonFinite:u,top:c},p,f){let h=i+o+u>=.9*a?null:(c[0]?.count??0)>=.9*a?c[0]?.value??null:void 0;if(void 0===h)return null;let w=(0,r.kf)(t)||(0,r.jG)(t)?(0,r.i)(t,n):"NULL",g=null===h?`${n} IS NOT NULL`:`${(0,r.e1)(t,n)} IS DISTINCT FROM ${(0,T.eu)(h)}`;return function(e,t,n){let r=t.reduce((e,{n:t})=>e+t,0),a=[...d(t,e=>e.class)].map(([e,t])=>({name:e,base:t/r})),i=e.filter(e=>null!==e.value),o=i.reduce((e,{n:t})=>e+t,0),u=(0,l.nV)(i.map(({value:e})=>e),i.map(({n:e})=>e)),c=null;for(let[t,r]of m){if(null!==r&&0===o)continue;let m=null===r?-1/0:(0,l.GW)(o,r,u),d=null===r?e:i.filter(({value:e})=>e>=m),p=d.reduce((e,t)=>e+t.n,0);if(!(p<20))for(let{name:e,base:r}of a){if(r>.5)continue;let a=d.reduce((t,n)=>t+(n.class===e?n.n:0),0),l=Math.max(0,(((0,s.rF)(a,p,.95)?.low??0)-r)/(1-r));(null===c||l>c.power)&&(c={power:l,common:n,class:e,n:p,hits:a,part:t,base:r})}}return c}((await e.all(`SELECT x, y, count(*) AS n FROM (SELECT ${w} AS x, y FROM ${f.rows} WHERE ${g}) GROUP BY x, y ORDER BY x`)).map(({x:e,y:t,n})=>({value:O(e),class:String(t),n:Number(n)})),p,h)}let O=e=>null==e?null:Number(e)},88141:(e,t,n)=>{function r(e){return e.distinct<=2?"binary":e.numeric&&(e.fraction||e.distinct>20)?"regression":"multiclass"}function a({distinct:e,numeric:t,top:n}){return r({distinct:e,numeric:null!==t,fraction:n.some(({value:e})=>!Number.isInteger(Number(e)))})}n.d(t,{S:()=>r,h:()=>a})},97622:(e,t,n)=>{n.d(t,{YW:()=>u,YX:()=>c,mI:()=>o,vr:()=>i}),n(36794);var r=n(16328),a=n(72484),s=n(86060);n(86021);var l=n(74455);function i(e){return a(e,0,1)}function o(e){return s(.5+e/2,0,1)}function u(e,t){return l(e,t)}function c(e,t){return 1-r(e,t)}},81167:(e,t,n)=>{n.d(t,{JO:()=>o,Sd:()=>i,VO:()=>u,o7:()=>l,rF:()=>s,rv:()=>c});var r=n(97622),a=n(29786);function s(e,t,n){if(0===t)return null;let a=(0,r.mI)(n),s=e/t,l=(s+a*a/(2*t))/(1+a*a/t),i=a/(1+a*a/t)*Math.sqrt(s*(1-s)/t+a*a/(4*t*t));return{low:0===e?0:l-i,high:e===t?1:l+i,level:n,method:"Wilson score"}}function l(e,t,n){let[r,a]=[s(e.hits,e.n,n),s(t.hits,t.n,n)];if(null===r||null===a)return null;let[l,o]=[e.hits/e.n,t.hits/t.n];return i(l,r,o,a,"Newcombe hybrid score")}function i(e,t,n,r,a){return{low:e-n-Math.hypot(e-t.low,r.high-n),high:e-n+Math.hypot(t.high-e,n-r.low),level:t.level,method:a}}function o({n:e,onlyA:t,onlyB:n},a){if(0===e)return null;let s=(t+1)/(e+2),l=(n+1)/(e+2),i=(0,r.mI)(a)*Math.sqrt((s+l-(s-l)**2)/(e+2));return{low:Math.max(-1,s-l-i),high:Math.min(1,s-l+i),level:a,method:"paired Wald, Bonett–Price adjusted"}}function u(e,t){let n=e.length,s=(0,a.GV)(e);if(n<2||0===s)return null;let l=(0,r.YW)(.5+t/2,n-1)*Math.sqrt(s/n),i=(0,a.i2)(e);return{low:i-l,high:i+l,level:t,method:"Student t"}}function c(e,t,n=.8){return((0,r.mI)(t)+(0,r.mI)(2*n-1))*e}}};
