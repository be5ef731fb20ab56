export const id=5725;export const ids=[5725];export const modules={85725:(e,r,t)=>{t.d(r,{renderHtml:()=>s});var a=t(3436),i=t(80661),n=t(26903),o=t(56793),d=t(76381);let l=`
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
hr{border:0;border-top:1px solid var(--line);margin:2rem 0}
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
details{border:1px solid var(--line);border-radius:6px;padding:0 1rem;margin:.8rem 0}
details[open]{padding-bottom:.6rem}
summary{cursor:pointer;padding:.5rem 0;font-weight:600}
figure{margin:1.4rem 0 1.8rem}
figcaption{font-weight:600}
figure p{color:var(--soft);margin:.3rem 0}
figure details{border:0;padding:0;margin:.2rem 0}
figure summary{font-weight:400;font-size:.9rem;color:var(--soft)}
svg{display:block;max-width:100%;height:auto}
:focus-visible{outline:2px solid var(--link);outline-offset:2px}
footer{margin-top:3rem;border-top:1px solid var(--line);color:var(--soft);font-size:.85rem}
@media (max-width:40rem){body{padding:1.2rem 1rem}}
@media print{:root{--ground:#fff;--panel:#fff;--ink:#000;--soft:#444;--line:#bbb;--link:#000;--chart-ink:#222;--chart-grid:#ddd;--chart-1:#1f6fb4;--chart-2:#c2571a;--chart-3:#2b7d5a}
body{max-width:none;padding:0;font-size:11pt}figure,tr,.verdict{break-inside:avoid}h2,h3,h4{break-after:avoid}thead{display:table-header-group}.wide,pre{overflow:visible}pre{white-space:pre-wrap}}
`;var c=t(23887);async function s(e){let r=await m(e.blocks),t=p(e,""),a=2e6-Buffer.byteLength(t)-2e3,i=(0,n.U)(e.blocks,a,e=>Buffer.byteLength(h(e,r))+1);return p(e,[...i.blocks.map(e=>h(e,r)),function(e){if(0===e.length)return"";let r=e.slice(0,8).map(e=>e.slice(0,100)),t=e.length>r.length?`, ${(0,o.Sm)(e.length-r.length)} more`:"";return`<p><strong>Shortened to fit 2 MB.</strong> Left out: ${(0,d.F)(r.join(", "))}${t}.</p>`}(i.cut)].filter(e=>""!==e).join("\n"))}async function m(e){let r=e.flatMap(function e(r){return"details"===r.kind?r.blocks.flatMap(e):"chart"===r.kind?[r]:[]}),a=new Map;if(0===r.length)return a;let{drawSvg:i}=await Promise.all([t.e(994),t.e(2286)]).then(t.bind(t,42286));for(let[e,t]of r.entries())a.set(t,await i(t,`chart${e+1}`));return a}function p(e,r){let t=e.verdict,a=void 0===t?"":`${t.verdict}: ${(0,c.l)(t.headline)} – `,n=(0,i.ZD)((0,i.TN)(`${a}${e.title}`));return`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${n}</title>
<style>${l}</style>
</head>
<body>
<header>
<h1>${(0,d.F)(e.title)}</h1>
${void 0===t?"":f(t)}
</header>
<main>
${r}
</main>
<footer><p>Written by Plumbline. This page is complete in itself: it loads nothing and runs no script.</p></footer>
</body>
</html>
`}function f(e){let r=void 0===e.reason?"":`<p>${(0,d.F)(e.reason)}</p>`;return`<div class="verdict ${e.verdict}"><p><span class="badge"><span aria-hidden="true">${(0,a.vG)(e.verdict)}</span> ${e.verdict}</span> ${(0,d.F)(e.headline)}</p>${r}</div>`}function h(e,r){switch(e.kind){case"heading":return`<h${e.level}>${(0,d.F)(e.text)}</h${e.level}>`;case"paragraph":return`<p>${(0,d.F)(e.text)}</p>`;case"table":return u(e.columns,e.rows,e.caption);case"list":{let r=e.ordered?"ol":"ul";return`<${r}>${e.items.map(e=>`<li>${(0,d.F)(e)}</li>`).join("")}</${r}>`}case"details":return g((0,d.F)(e.summary),e.blocks.map(e=>h(e,r)).join("\n"));case"code":return`<pre tabindex="0"><code>${(0,i.ZD)(e.text)}</code></pre>`;case"chart":var t,a;let n;return t=e,a=r,n=g(`Numbers of this chart (${(0,o.Sm)(t.data.rows.length)} rows)`,u(t.data.columns,t.data.rows,t.title)),`<figure><figcaption>${(0,d.F)(t.title)}</figcaption>
<div class="wide">${a.get(t)??""}</div>
<p>${(0,d.F)(void 0===t.legend?t.description:`${t.description} ${t.legend}`)}</p>
${n}</figure>`;case"verdict":return f(e);case"rule":return"<hr>"}}let g=(e,r)=>`<details><summary>${e}</summary>
${r}
</details>`,b={left:"",right:' class="right"',center:' class="center"'};function u(e,r,t){let a=e.map(e=>{let r=(0,d.F)(e.title);return""===r?"<td></td>":`<th scope="col"${b[e.align]}>${r}</th>`}),n=r.map(r=>{let t=e.map((e,t)=>{let a=(0,d.F)(r[t]??""),i=0===t&&""!==a?['th scope="row"',"th"]:["td","td"];return`<${i[0]}${b[e.align]}>${a}</${i[1]}>`});return`<tr>${t.join("")}</tr>`}),o=void 0===t?"":`<caption>${(0,d.F)(t)}</caption>`,l=void 0===t?"table":(0,i.ZD)((0,i.TN)((0,c.l)(t)));return`<div class="wide" tabindex="0" role="group" aria-label="${l}"><table>${o}<thead><tr>${a.join("")}</tr></thead><tbody>
${n.join("\n")}
</tbody></table></div>`}}};
