/** The look of the page, in light and dark; nothing is loaded. */
export const STYLE = `
:root{color-scheme:light dark;--paper:#fbfbf9;--card:#fff;--ink:#1c2024;--muted:#667079;--line:#e3e5e2;--harmful:#c2513b;--benign:#4a7fb5;
--good:#1b7f4c;--bad:#b3361f;--hot:#e0562f;--curve:#2166ac;--others:#c9cdd0;
--c0:#2166ac;--c1:#c2513b;--c2:#2f8f5b;--c3:#8a5aa8;--c4:#b8860b;--c5:#1796a8;--c6:#b8447f;--c7:#6b6f76}
@media (prefers-color-scheme:dark){:root{--paper:#14171a;--card:#1b1f23;--ink:#e6e8ea;--muted:#97a1aa;--line:#30363c;--harmful:#e07a62;--benign:#6ba3dc;
--good:#5cc98f;--bad:#f08b74;--hot:#d9532c;--curve:#74b3f0;--others:#454c54;
--c0:#74b3f0;--c1:#f08b74;--c2:#63c992;--c3:#c39be0;--c4:#e0b64a;--c5:#4fc7d8;--c6:#ea86b6;--c7:#a3abb3}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif;font-variant-numeric:tabular-nums}
main{max-width:1360px;margin:0 auto;padding:36px 24px 64px}
h1{font-size:28px;line-height:1.2;margin:0 0 6px;letter-spacing:-.01em}
h2{font-size:19px;margin:0 0 4px}
p{margin:0 0 12px;max-width:110ch}
.muted,header p,section>p{color:var(--muted)}
section{background:var(--card);border:1px solid var(--line);border-radius:10px;padding:20px 22px;margin-top:22px}
svg{display:block;width:100%;height:auto}
svg text{font-size:12px;fill:var(--ink)}
svg .tick,svg .axis{fill:var(--muted)}
svg .label{font-size:11.5px;paint-order:stroke;stroke:var(--card);stroke-width:3px}
svg .value{font-weight:600}
.grid{stroke:var(--line)}
rect.harmful,.swatch.harmful{fill:var(--harmful);background:var(--harmful)}
rect.benign,.swatch.benign{fill:var(--benign);background:var(--benign)}
.whisker{stroke:var(--ink);stroke-width:1.5;fill:none}
.marker{fill:var(--c);stroke:var(--c);stroke-width:1.8}
.marker.hollow{fill:var(--card)}
.legend .marker.hollow{stroke:var(--muted)}
.error{stroke:var(--c);stroke-width:1.5;opacity:.75;fill:none}
.front{stroke:var(--c);stroke-width:1.5;stroke-dasharray:5 4;fill:none;opacity:.8}
.c0{--c:var(--c0)}.c1{--c:var(--c1)}.c2{--c:var(--c2)}.c3{--c:var(--c3)}.c4{--c:var(--c4)}.c5{--c:var(--c5)}.c6{--c:var(--c6)}.c7{--c:var(--c7)}
.legend{list-style:none;display:flex;flex-wrap:wrap;gap:4px 20px;padding:0;margin:12px 0 0;font-size:13px}
.legend li{display:flex;align-items:center;gap:6px}
.key{width:16px;height:16px;flex:none}
.swatch{width:12px;height:12px;border-radius:2px}
.panels{display:grid;grid-template-columns:repeat(auto-fill,minmax(260px,1fr));gap:14px 20px}
figure{margin:0}
figcaption{font-size:12.5px;line-height:1.35}
figcaption b,figcaption span{display:block}
.unseen{position:absolute;width:0;height:0}
.others{stroke:var(--others);fill:none;stroke-width:1}
.curve{stroke:var(--curve);fill:none;stroke-width:2.4}
.wide{overflow-x:auto;margin:0 -22px;padding:0 22px}
table{border-collapse:separate;border-spacing:0;font-size:13px;width:100%}
th,td{padding:6px 5px;text-align:right;border-bottom:1px solid var(--line);vertical-align:top}
tbody th,thead tr:last-child th:first-child{text-align:left;position:sticky;left:-22px;background:var(--card);font-weight:600;white-space:nowrap;z-index:1}
td{white-space:nowrap}
td small{display:block;color:var(--muted);font-size:10.5px}
thead th{vertical-align:bottom;font-weight:500;color:var(--muted)}
thead button{all:unset;cursor:pointer;font-size:12px;line-height:1.25}
thead button:hover{color:var(--ink)}
thead button:focus-visible,input:focus-visible+label{outline:2px solid var(--curve);outline-offset:2px}
th[aria-sort]{color:var(--ink)}
th[aria-sort=ascending] button::after{content:" ↑"}
th[aria-sort=descending] button::after{content:" ↓"}
td.best{font-weight:700}
td.best small{font-weight:400}
td.better{color:var(--good)}
td.worse{color:var(--bad)}
.heat td{padding:6px 5px;text-align:center;background:color-mix(in srgb,var(--hot) calc(var(--heat,0%)*.72),transparent)}
.heat tbody td{border:1px solid var(--card)}
.heat th{padding:6px 5px;text-align:center}
.heat tbody th{text-align:left}
.heat tbody td.first{border-left:8px solid var(--card)}
.heat .kinds th{border-bottom:0;padding-bottom:0;font-size:12px}
.heat .kinds td{border:0;background:none}
.views>input{position:absolute;opacity:0}
.views>label{display:inline-block;border:1px solid var(--line);border-radius:6px;padding:3px 10px;margin:0 6px 14px 0;font-size:13px;cursor:pointer;color:var(--muted)}
.views>input:checked+label{color:var(--ink);border-color:var(--muted);background:var(--paper)}
.views>.wide{display:none}
#view-cost:checked~.view-cost,#view-wrong:checked~.view-wrong,#view-extent:checked~.view-extent{display:block}
dl{display:grid;grid-template-columns:max-content 1fr;gap:6px 18px;font-size:13.5px;margin:8px 0 0}
dt{font-weight:600}
dd{margin:0;max-width:86ch}
@media (max-width:720px){main{padding:20px 12px}dl{grid-template-columns:1fr}dd{margin-bottom:6px}}
@media print{section{break-inside:avoid}}
`;
