/** The style of every page. Colours meet WCAG AA on their background in both themes; verdicts differ in word and sign too. */
export const style = `
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
`
