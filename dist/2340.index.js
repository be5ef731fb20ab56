export const id=2340;export const ids=[2340];export const modules={92340:(e,t,r)=>{r.d(t,{renderHtml:()=>w});var a=r(3436),o=r(80661),n=r(26903),i=r(56793),d=r(76381),s=r(77598);let l=`'use strict'
for (const table of document.querySelectorAll('table[data-tools]')) {
  const body = table.tBodies[0]
  const heads = [...table.tHead.rows[0].cells]
  const rows = [...body.rows]
  const tools = JSON.parse(table.dataset.tools)
  const said = (row, i) => row.cells[i].textContent.trim()
  const numberOf = (text) => {
    const plain = text.replace(/,/g, '').replace(/\\u2212/g, '-').replace(/ %$/, '')
    return /^-?[0-9.]+(e-?[0-9]+)?$/.test(plain) ? Number(plain) : NaN
  }
  const keyOf = (row, i, order) => {
    const given = row.cells[i].dataset.value
    if (given !== undefined) return Number(given)
    const text = said(row, i)
    if (order) return order.indexOf(text)
    const number = numberOf(text)
    return Number.isNaN(number) ? text.toLowerCase() : number
  }
  const compare = (a, b) => {
    if (typeof a === typeof b) return a < b ? -1 : a > b ? 1 : 0
    return typeof a === 'number' ? -1 : 1
  }
  heads.forEach((head, i) => {
    if (head.tagName !== 'TH') return
    const button = document.createElement('button')
    button.type = 'button'
    button.append(...head.childNodes)
    head.append(button)
    button.addEventListener('click', () => {
      const down = head.getAttribute('aria-sort') === 'ascending'
      for (const other of heads) other.removeAttribute('aria-sort')
      head.setAttribute('aria-sort', down ? 'descending' : 'ascending')
      const order = head.dataset.order && JSON.parse(head.dataset.order)
      const keyed = rows.map((row, at) => [keyOf(row, i, order), at, row])
      keyed.sort((a, b) => (down ? -1 : 1) * compare(a[0], b[0]) || a[1] - b[1])
      body.append(...keyed.map((one) => one[2]))
    })
  })
  const form = document.createElement('form')
  form.className = 'tools'
  form.addEventListener('submit', (event) => event.preventDefault())
  const status = document.createElement('p')
  status.setAttribute('role', 'status')
  const tests = []
  const label = (words, control) => {
    const element = document.createElement('label')
    element.append(words + ' ', control)
    form.append(element)
  }
  for (const i of tools.choose) {
    const select = document.createElement('select')
    select.append(new Option('all', ''))
    const order = heads[i].dataset.order ? JSON.parse(heads[i].dataset.order) : []
    const texts = [...new Set(rows.map((row) => said(row, i)))]
    texts.sort((a, b) => order.indexOf(a) - order.indexOf(b) || compare(a, b))
    for (const text of texts) select.append(new Option(text, text))
    select.addEventListener('change', () => show())
    tests.push((row) => select.value === '' || said(row, i) === select.value)
    label(heads[i].textContent.trim(), select)
  }
  if (tools.find.length > 0) {
    const input = document.createElement('input')
    input.type = 'search'
    input.addEventListener('input', () => show())
    tests.push((row) => tools.find.some((i) => said(row, i).toLowerCase().includes(input.value.trim().toLowerCase())))
    label(tools.find.map((i) => heads[i].textContent.trim()).join(' or ') + ' contains', input)
  }
  const show = () => {
    let shown = 0
    for (const row of rows) {
      row.hidden = !tests.every((test) => test(row))
      if (!row.hidden) shown += 1
    }
    status.textContent = shown + ' of ' + rows.length + ' rows shown'
  }
  if (tests.length > 0) {
    form.append(status)
    table.parentElement.before(form)
    show()
  }
}
let opened = []
addEventListener('beforeprint', () => {
  opened = [...document.querySelectorAll('details:not([open])')]
  for (const one of opened) one.open = true
})
addEventListener('afterprint', () => {
  for (const one of opened) one.open = false
})
`,c=`script-src 'sha256-${(0,s.createHash)("sha256").update(l).digest("base64")}'`,m=`<script>${l}<\/script>`,p=`
:root{color-scheme:light dark;--ground:#fff;--panel:#f6f7f9;--ink:#1b2027;--soft:#59636e;--line:#d5dae0;--link:#0a58ca;
--pass:#1a6e37;--warn:#8a5a00;--fail:#b3202a;--inconclusive:#5b4a9c;--error:#8c1d5b;
--chart-1:#1f6fb4;--chart-2:#c2571a;--chart-3:#2b7d5a;--chart-4:#7a56b3;--chart-5:#9a7400;--chart-ink:#3d4650;--chart-grid:#e3e7eb;--chart-rule:#8a939d;--chart-bad:#b3202a}
@media (prefers-color-scheme:dark){:root{--ground:#12161b;--panel:#1b2128;--ink:#e4e8ec;--soft:#9ba6b2;--line:#323b45;--link:#79b4ff;
--pass:#5cc47f;--warn:#e0aa45;--fail:#ff7b7f;--inconclusive:#b3a4f2;--error:#f08bc1;
--chart-1:#6cb2ee;--chart-2:#f29a5c;--chart-3:#66c79c;--chart-4:#b99af0;--chart-5:#dcb94f;--chart-ink:#c3ccd5;--chart-grid:#2b333c;--chart-rule:#7d8894;--chart-bad:#ff7b7f}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:68rem;padding:2rem 1.5rem 3rem;background:var(--ground);color:var(--ink);font:16px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif;overflow-wrap:anywhere}
h1{font-size:1.15rem;font-weight:600;color:var(--soft);margin:0 0 .6rem}
h2{font-size:1.35rem;margin:2.4rem 0 .6rem}
h3{font-size:1.1rem;margin:1.8rem 0 .4rem}
h4{font-size:1rem;margin:1.4rem 0 .3rem}
p{margin:.6rem 0;max-width:48rem}
a{color:var(--link)}
code,pre{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;font-size:.875em}
code{background:var(--panel);border-radius:3px;padding:.1em .3em}
pre{background:var(--panel);border:1px solid var(--line);border-radius:6px;padding:.8rem 1rem;overflow-x:auto;line-height:1.45}
pre code{background:none;padding:0;overflow-wrap:normal}
.verdict{border:1px solid var(--line);border-left:5px solid var(--edge);border-radius:6px;background:var(--panel);padding:.75rem 1.1rem;margin:.6rem 0 1rem}
.verdict p{margin:.3rem 0}
.verdict p:first-child{font-size:1.15rem}
main .verdict p:first-child{font-size:1rem}
.badge{display:inline-block;color:var(--edge);border:1px solid var(--edge);border-radius:4px;padding:0 .5em;margin-right:.35em;font-weight:600}
.pass{--edge:var(--pass)}.warn{--edge:var(--warn)}.fail{--edge:var(--fail)}.inconclusive{--edge:var(--inconclusive)}.error{--edge:var(--error)}
.wide{overflow-x:auto;margin:.8rem 0}
table{border-collapse:collapse;font-variant-numeric:tabular-nums;overflow-wrap:normal}
caption{text-align:left;font-weight:600;padding:.3rem 0}
th,td{padding:.35rem .8rem;border-bottom:1px solid var(--line);text-align:left;vertical-align:top}
thead th,thead td{border-bottom:2px solid var(--line);color:var(--soft);font-weight:600;vertical-align:bottom}
tbody th{font-weight:400}
td,th{max-width:28rem;overflow-wrap:break-word}
.right{text-align:right;white-space:nowrap}
thead .right{white-space:normal}
.center{text-align:center}
.word{white-space:nowrap}[data-tools] td{overflow-wrap:anywhere;min-width:6rem}[data-tools] .word{min-width:0}[data-tools] .word+td{min-width:14rem}
details{border:1px solid var(--line);border-radius:6px;padding:0 1rem;margin:.8rem 0}
details[open]{padding-bottom:.6rem}
summary{cursor:pointer;padding:.5rem 0;font-weight:600}
figure{margin:1.4rem 0 1.8rem}
figcaption{font-weight:600}
figure p{color:var(--soft);margin:.3rem 0}
figure details{border:0;padding:0;margin:.2rem 0}
figure summary{font-weight:400;font-size:.9rem;color:var(--soft)}
svg{display:block;max-width:100%;height:auto}
.plain text{font-size:12px;fill:var(--chart-ink)}
.plain .end{text-anchor:end}.plain .name{font-weight:600}
.axis{stroke:var(--chart-rule);fill:none}.ground{fill:var(--panel);stroke:var(--line)}
.fill-main{fill:var(--chart-1)}.fill-other{fill:var(--chart-2)}
.map{max-width:none}
.panels{display:flex;flex-wrap:wrap;gap:.4rem 1.2rem;margin:.3rem 0}.pairs{max-width:44rem}
.meter{display:inline-block;width:7rem;height:.7em;margin-right:.6em;text-align:left;border-bottom:1px solid var(--line)}
.bar{display:block;height:100%}.bar.main{background:var(--chart-1)}.bar.other{background:var(--chart-2)}
nav ul{list-style:none;display:flex;flex-wrap:wrap;gap:.3rem 1.2rem;padding:0;margin:.6rem 0}
.tools{display:flex;flex-wrap:wrap;gap:.4rem 1.2rem;align-items:baseline;margin:.8rem 0 0}
.tools p{margin:0;color:var(--soft)}
select,input{font:inherit;color:inherit;background:var(--ground);border:1px solid var(--soft);border-radius:4px;padding:.15rem .4rem;max-width:100%}
th button{font:inherit;color:inherit;background:none;border:0;padding:0;margin:0;cursor:pointer;text-align:inherit}
th button::after{content:" ↕";font-weight:400}
[aria-sort=ascending] button::after{content:" ▲"}[aria-sort=descending] button::after{content:" ▼"}
:focus-visible{outline:2px solid var(--link);outline-offset:2px}
footer{margin-top:3rem;border-top:1px solid var(--line);color:var(--soft);font-size:.85rem}
@media (max-width:40rem){body{padding:1.2rem 1rem}.meter{width:3.5rem}}
@media (prefers-reduced-motion:reduce){*{animation:none!important;transition:none!important;scroll-behavior:auto!important}}
@media print{:root{--ground:#fff;--panel:#fff;--ink:#000;--soft:#444;--line:#bbb;--link:#000;--chart-ink:#222;--chart-grid:#ddd;--chart-1:#1f6fb4;--chart-2:#c2571a;--chart-3:#2b7d5a;
--pass:#1a6e37;--warn:#8a5a00;--fail:#b3202a;--inconclusive:#5b4a9c;--error:#8c1d5b;--chart-rule:#8a939d;--chart-bad:#b3202a}
body{max-width:none;padding:0;font-size:11pt}figure,tr,.verdict{break-inside:avoid}h2,h3,h4{break-after:avoid}thead{display:table-header-group}caption,thead{break-after:avoid}tbody tr:first-child{break-before:avoid}.wide,pre{overflow:visible}pre{white-space:pre-wrap}
.tools,nav,th button::after{display:none}tr[hidden]{display:table-row}table{font-size:8.5pt}th,td{padding:.2rem .4rem}td,tbody th{overflow-wrap:anywhere;min-width:4.5em}.right{white-space:normal}[data-tools] td{min-width:4.5em}[data-tools] .word+td{min-width:9rem}summary{break-after:avoid}.map{max-width:100%}.bar,svg{print-color-adjust:exact;-webkit-print-color-adjust:exact}
details{border:0;padding:0}details::details-content{content-visibility:visible;block-size:auto}figure details table{font-size:7.5pt}figure details td,figure details th{padding:.05rem .4rem}}
`;var h=r(23887);let f={left:"",right:' class="right"',center:' class="center"'};function u({columns:e,rows:t,caption:r,tools:a}){let n=e.map(e=>{let t=(0,d.F)(e.title),r=void 0===e.order?"":` data-order="${(0,o.ZD)(JSON.stringify(e.order))}"`;return""===t?"<td></td>":`<th scope="col"${f[e.align]}${r}>${t}</th>`}),i=t.map((t,r)=>{let a=e.map((e,a)=>{let o=(0,d.F)(t[a]??""),n=0===a&&""!==o?['th scope="row"',"th"]:["td","td"];return`<${n[0]}${void 0===e.order?f[e.align]:' class="word"'}${function({bar:e},t,r){let a=e?.values[t];if(void 0===e||null==a||!Number.isFinite(a))return`>${r}`;let o=Math.max(0,Math.min(100,e.most>0?a/e.most*100:0));return` data-value="${a}"><span class="meter" aria-hidden="true"><span class="bar ${e.tone}" style="width:${Number(o.toFixed(1))}%"></span></span>${r}`}(e,r,o)}</${n[1]}>`});return`<tr>${a.join("")}</tr>`}),s=void 0===r?"":`<caption>${(0,d.F)(r)}</caption>`,l=void 0===r?"table":(0,o.ZD)((0,o.TN)((0,h.l)(r))),c=void 0===a?"":` data-tools="${(0,o.ZD)(JSON.stringify({choose:a.choose,find:a.find}))}"`;return`<div class="wide" tabindex="0" role="group" aria-label="${l}"><table${c}>${s}<thead><tr>${n.join("")}</tr></thead><tbody>
${i.join("\n")}
</tbody></table></div>`}let b=e=>Number(e.toFixed(1)),g=e=>(0,o.ZD)((0,o.TN)(e)),$={width:330,height:150,left:4,right:4,top:40,bottom:20},v={width:720,name:190,total:64,row:18,bottom:20};async function w(e){let t=await x(e.blocks),r=N(e,"",y(e,e.blocks)),a=2e6-Buffer.byteLength(r)-2e3,o=(0,n.U)(e.blocks,a,e=>Buffer.byteLength(M(e,t))+1),s=y(e,o.blocks);return N(e,[...s.map(e=>M(e,t)),function(e){if(0===e.length)return"";let t=e.slice(0,8).map(e=>e.slice(0,100)),r=e.length>t.length?`, ${(0,i.Sm)(e.length-t.length)} more`:"";return`<p><strong>Shortened to fit 2 MB.</strong> Left out: ${(0,d.F)(t.join(", "))}${r}.</p>`}(o.cut)].filter(e=>""!==e).join("\n"),s)}async function x(e){let t=e.flatMap(function e(t){return"details"===t.kind?t.blocks.flatMap(e):"chart"===t.kind?[t]:[]}),a=new Map;if(0===t.length)return a;let n=t.every(({picture:e})=>void 0!==e)?null:await Promise.all([r.e(994),r.e(2286)]).then(r.bind(r,42286));for(let[e,r]of t.entries()){let t=`chart${e+1}`,{picture:d,title:s,description:l}=r,c=void 0===d?await n?.drawSvg(r,t):"panels"===d.kind?function({panels:e,low:t,high:r,pairs:a},n){let d=Math.max(1e-12,...e.flatMap(({shares:e})=>e)),{width:s,height:l,left:c,right:m,top:p,bottom:h}=$,f=l-h,u=e.map(({name:e,description:a,shares:h,tone:u},$)=>{let v=(s-c-m)/Math.max(1,h.length),w=h.map((e,t)=>{if(e<=0)return"";let r=Math.max(1,e/d*(f-p));return`M${b(c+t*v)} ${f}v${-b(r)}h${b(Math.max(1,v-1))}v${b(r)}z`}),x=`${n}-${$+1}`;return`<svg role="img" class="plain" aria-labelledby="${x}-title ${x}-desc" viewBox="0 0 ${s} ${l}" width="${s}" height="${l}"><title id="${x}-title">${g(e)}</title><desc id="${x}-desc">${g(a)}</desc><text x="${c}" y="14" class="name">${g((0,o.$Q)(e,48))}</text><text x="${c}" y="30">${g(0===$?`highest bar here and beside: ${(0,i.l9)(d)}`:"")}</text><path d="M${c} ${b(f+.5)}H${s-m}" class="axis"/><path d="${w.join("")}" class="fill-${u}"/><text x="${c}" y="${l-5}">${g((0,o.$Q)(t,22))}</text><text x="${s-m}" y="${l-5}" class="end">${g((0,o.$Q)(r,22))}</text></svg>`});return`<div class="panels${!0===a?" pairs":""}">${u.join("\n")}</div>`}(d,t):function({rows:e,low:t,high:r},a,n,i){let d=Math.max(1,...e.map(({shares:e})=>e.length)),{width:s,name:l,total:c,row:m,bottom:p}=v,h=(s-l-c)/d,f=e.length*m+p,u=Array.from({length:12},()=>"");e.forEach(({shares:e},t)=>{let r=e.map(e=>e<=0?-1:Math.min(11,Math.ceil(12*e)-1));for(let e=0;e<r.length;){let a=e+1;for(;a<r.length&&r[a]===r[e];)a+=1;let o=r[e]??-1;o>=0&&(u[o]+=`M${b(l+e*h)} ${t*m+1}h${b((a-e)*h)}v${m-2}h${-b((a-e)*h)}z`),e=a}});let $=u.map((e,t)=>""===e?"":`<path d="${e}" class="fill-other" fill-opacity="${Number((.16+.84*t/11).toFixed(2))}"/>`),w=e.map((e,t)=>`<text x="${l-8}" y="${t*m+13}" class="end">${g((0,o.$Q)(e.name,28))}</text><text x="${s-c+6}" y="${t*m+13}">${g(e.total)}</text>`),x=`<path d="M${l} 0H${s-c}V${e.length*m}H${l}z" class="ground"/>`;return`<svg role="img" class="plain map" aria-labelledby="${a}-title ${a}-desc" viewBox="0 0 ${s} ${f}" width="${s}" height="${f}"><title id="${a}-title">${g(n)}</title><desc id="${a}-desc">${g(i)}</desc>${x}${$.join("")}${w.join("")}<text x="${l}" y="${f-5}">${g(t)}</text><text x="${s-c}" y="${f-5}" class="end">${g(r)}</text></svg>`}(d,t,s,l);a.set(r,c??"")}return a}function y(e,t){let r=0;return t.map(t=>!0!==e.contents||"heading"!==t.kind||2!==t.level?t:(r+=1,{...t,anchor:`section${r}`}))}let k=e=>e.some(e=>"details"===e.kind?k(e.blocks):"table"===e.kind&&void 0!==e.tools);function N(e,t,r){var n;let i,s,l=e.verdict,f=k(e.blocks),u=void 0===l?"":`${l.verdict}: ${(0,h.l)(l.headline)} – `,b=(0,o.ZD)((0,o.TN)(`${u}${e.title}`));return`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; ${f?`${c}; `:""}style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${b}</title>
<style>${p}</style>
</head>
<body>
<header>
<h1>${(0,d.F)(e.title)}</h1>
${void 0===l?"":(i=void 0===(n=l).reason?"":`<p>${(0,d.F)(n.reason)}</p>`,`<div class="verdict ${n.verdict}"><p><span class="badge"><span aria-hidden="true">${(0,a.vG)(n.verdict)}</span> ${n.verdict}</span> ${(0,d.F)(n.headline)}</p>${i}</div>`)}
</header>
${(s=r.flatMap(e=>"heading"===e.kind&&"anchor"in e?[`<li><a href="#${e.anchor}">${(0,d.F)(e.text)}</a></li>`]:[])).length<2?"":`<nav aria-label="Sections"><ul>${s.join("")}</ul></nav>`}<main>
${t}
</main>
<footer><p>Written by Plumbline. This page is complete in itself: it loads nothing${f?"; its one script sorts and filters tables":" and runs no script"}.</p></footer>
${f?`${m}
`:""}</body>
</html>
`}function M(e,t){switch(e.kind){case"heading":return`<h${e.level}${"anchor"in e?` id="${e.anchor}"`:""}>${(0,d.F)(e.text)}</h${e.level}>`;case"paragraph":return`<p>${(0,d.F)(e.text)}</p>`;case"table":return u(e);case"list":{let t=e.ordered?"ol":"ul";return`<${t}>${e.items.map(e=>`<li>${(0,d.F)(e)}</li>`).join("")}</${t}>`}case"details":return F((0,d.F)(e.summary),e.blocks.map(e=>M(e,t)).join("\n"));case"code":return`<pre tabindex="0"><code>${(0,o.ZD)(e.text)}</code></pre>`;case"chart":var r,a;let n;return r=e,a=t,n=F(`Numbers of this chart (${(0,i.Sm)(r.data.rows.length)} rows)`,u({...r.data,caption:r.title})),`<figure><figcaption>${(0,d.F)(r.title)}</figcaption>
<div class="wide" tabindex="0" role="group" aria-label="${(0,o.ZD)((0,o.TN)(r.title))}">${a.get(r)??""}</div>
<p>${(0,d.F)(void 0===r.legend?r.description:`${r.description} ${r.legend}`)}</p>
${n}</figure>`}}let F=(e,t)=>`<details><summary>${e}</summary>
${t}
</details>`}};
