// The one style sheet of a report: for the screen, in the dark, and on paper. No picture, font or rule comes from elsewhere.

export const reportStyle = `
:root { color-scheme: light dark; --paper: #fff; --ink: #14181d; --soft: #4a525c; --line: #d9dee4; --ground: #f5f6f8; --good: #17693a; --bad: #b3261e; --open: #855000; }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 15px/1.55 system-ui, -apple-system, "Segoe UI", "Noto Sans", "Liberation Sans", sans-serif; }
main { max-width: 860px; margin: 0 auto; padding: 40px 24px 64px; }
h1 { margin: 0; font-size: 28px; line-height: 1.2; letter-spacing: -0.01em; }
h2 { margin: 40px 0 12px; padding-top: 16px; border-top: 1px solid var(--line); font-size: 19px; }
h3 { margin: 20px 0 4px; font-size: 15px; }
p { margin: 8px 0; }
.about { color: var(--soft); }
.outcome { display: inline-block; margin: 14px 0 4px; padding: 4px 12px; border: 2px solid currentColor; border-radius: 6px; font-weight: 600; }
.good { color: var(--good); } .bad { color: var(--bad); } .open { color: var(--open); }
.caveat { padding: 8px 12px; border-left: 3px solid var(--open); background: var(--ground); }
.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(200px, 1fr)); margin: 16px 0; border: 1px solid var(--line); border-radius: 8px; overflow: hidden; }
.figures > div { padding: 12px 14px; box-shadow: 0 0 0 1px var(--line); }
.figures dt { color: var(--soft); font-size: 13px; } .figures dd { margin: 0; }
.figures .value { font-size: 26px; line-height: 1.3; font-variant-numeric: tabular-nums; } .figures .under { color: var(--soft); font-size: 12px; }
.facts { display: grid; grid-template-columns: minmax(140px, 220px) 1fr; gap: 4px 20px; margin: 12px 0; }
.facts dt { color: var(--soft); } .facts dd { margin: 0; overflow-wrap: anywhere; }
.scroll { overflow-x: auto; }
table { width: 100%; border-collapse: collapse; font-size: 14px; font-variant-numeric: tabular-nums; }
caption { padding: 12px 0 6px; text-align: left; color: var(--soft); }
th, td { padding: 5px 12px 5px 0; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; font-weight: 400; overflow-wrap: break-word; }
thead th { color: var(--soft); font-size: 13px; white-space: nowrap; } .end { text-align: right; white-space: nowrap; }
.charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 350px), 1fr)); gap: 8px 24px; align-items: start; }
figure { margin: 12px 0; break-inside: avoid; min-width: 0; } figcaption { margin-bottom: 8px; } figcaption strong { display: block; }
figure svg { display: block; width: 100%; height: auto; border: 1px solid var(--line); border-radius: 8px; }
details { margin: 6px 0; } summary { color: var(--soft); cursor: pointer; }
footer { margin-top: 48px; padding-top: 16px; border-top: 1px solid var(--line); color: var(--soft); font-size: 13px; }
@media (prefers-color-scheme: dark) {
  :root { --paper: #15181b; --ink: #e7eaee; --soft: #b0b8c1; --line: #3a4149; --ground: #1c2024; --good: #6fcf97; --bad: #ff9a92; --open: #e9b764; }
}
@media print {
  :root { color-scheme: light; --paper: #fff; --ink: #000; --soft: #444; --line: #bbb; --ground: #f2f2f2; --good: #17693a; --bad: #b3261e; --open: #855000; }
  body { font-size: 10.5pt; } main { max-width: none; padding: 0; } h2 { break-after: avoid; } tr, .figures { break-inside: avoid; } thead { display: table-header-group; }
  details { display: none; } .charts { grid-template-columns: 1fr 1fr; } .figures { grid-template-columns: repeat(3, 1fr); } .scroll { overflow: visible; }
}
@page { margin: 18mm 16mm; }
`
