/** The look of every page of the site, in it. Narrow, a table's rows become lists, and the list of pages comes after the page. */
export const pageStyle = `:root{color-scheme:light dark;--text:#1b1f24;--soft:#57606a;--back:#fff;--panel:#f5f6f8;--line:#d5d9de;--link:#0b5cad}
@media (prefers-color-scheme:dark){:root{--text:#e4e7eb;--soft:#a3acb6;--back:#14171b;--panel:#1d2126;--line:#3a4048;--link:#79b8ff}}
*{box-sizing:border-box}
body{font:16px/1.6 system-ui,sans-serif;margin:0;color:var(--text);background:var(--back);overflow-wrap:anywhere}
a{color:var(--link)}a:focus-visible,summary:focus-visible,input:focus-visible,button:focus-visible{outline:2px solid var(--link);outline-offset:2px}
header{display:flex;flex-wrap:wrap;gap:.5rem 1.5rem;align-items:center;padding:.75rem 1rem;border-bottom:1px solid var(--line)}
header>a{font-weight:600;color:inherit;text-decoration:none}header form{display:flex;gap:.5rem;margin-left:auto}
.skip{position:absolute;left:-999rem}.skip:focus{left:1rem;background:var(--back);padding:.25rem .5rem}
input,button{font:inherit;color:inherit;background:var(--panel);border:1px solid var(--line);border-radius:.25rem;padding:.25rem .6rem;min-width:0;max-width:12rem}
main{padding:1rem;max-width:56rem;min-width:0;margin:0 auto}
.pages{padding:1rem;border-top:1px solid var(--line)}.pages h2{font-size:.85rem;color:var(--soft);margin:1.25rem 0 .25rem}
.pages ul{list-style:none;margin:0;padding:0}.pages a{display:block;padding:.2rem 0;text-decoration:none}.pages [aria-current]{font-weight:600;color:inherit}
h1{font-size:1.8rem;line-height:1.25}h2{font-size:1.35rem;margin-top:2.25rem}h3{font-size:1.1rem;margin-top:1.75rem}
.anchor{text-decoration:none;opacity:.45}.anchor:hover,.anchor:focus{opacity:1}:target{outline:2px solid var(--link);outline-offset:.25rem}
code,pre{font:.9em/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace}code{background:var(--panel);padding:.1em .25em;border-radius:.2rem}
pre{background:var(--panel);border:1px solid var(--line);border-radius:.35rem;padding:.75rem 1rem;white-space:pre-wrap}pre code{padding:0;background:none}
.source{border-bottom:1px dotted var(--soft)}img{max-width:100%;height:auto}.soft{color:var(--soft)}
table{border-collapse:collapse;width:100%;margin:1rem 0}th,td{text-align:left;vertical-align:top;padding:.45rem .75rem .45rem 0;border-bottom:1px solid var(--line)}
th{font-size:.85rem;color:var(--soft)}.turn{display:flex;flex-wrap:wrap;justify-content:space-between;gap:.5rem 2rem;margin-top:3rem}
@media (max-width:48rem){table,thead,tbody,tr,td{display:block}thead{position:absolute;left:-999rem}tr{border:1px solid var(--line);border-radius:.35rem;padding:.5rem .75rem;margin:.75rem 0}
td{border:0;padding:.15rem 0}td[data-head]::before{content:attr(data-head) ": ";color:var(--soft);font-size:.85rem}td:empty{display:none}}
@media (min-width:48rem){td:first-child{overflow-wrap:break-word}}
@media (min-width:64rem){.body{display:grid;grid-template-columns:17rem minmax(0,1fr);grid-template-areas:"pages main"}main{grid-area:main;margin:0;padding:1rem 3rem}
.pages{grid-area:pages;border-top:0;border-right:1px solid var(--line)}.to-pages{display:none}}`;
