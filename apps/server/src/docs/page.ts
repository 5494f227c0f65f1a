/** The page about the API; `page-script.ts` fills it. */
export const html = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Parley API</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="docs/page.css">
</head>
<body>
<header>
  <h1>Parley <span id="version"></span></h1>
  <label>Token <input id="token" type="password" autocomplete="off" spellcheck="false" placeholder="of a user or administrator"></label>
  <a href="docs/openapi.json">openapi.json</a>
</header>
<div class="columns">
  <nav aria-label="Routes">
    <input id="filter" type="search" placeholder="Find a route …" aria-label="Find a route">
    <div id="routes"></div>
  </nav>
  <main id="main" tabindex="-1"><p>Loading …</p></main>
</div>
<script src="docs/page.js"></script>
</body>
</html>
`;

export const css = `
:root {
  --back: #fff; --soft: #f4f5f7; --line: #d9dce1; --text: #1c2024; --faint: #5c6570;
  --accent: #0b62d6; --on-accent: #fff; --good: #16703c; --bad: #b3261e;
}
@media (prefers-color-scheme: dark) {
  :root {
    --back: #15181c; --soft: #1e2329; --line: #353c45; --text: #e6e9ed; --faint: #9aa4b0;
    --accent: #6cb0ff; --on-accent: #0b1a2c; --good: #6bd391; --bad: #ff8a80;
  }
}
* { box-sizing: border-box; }
body { margin: 0; height: 100vh; display: flex; flex-direction: column; background: var(--back); color: var(--text); font: 15px/1.5 system-ui, sans-serif; }
header { display: flex; flex-wrap: wrap; align-items: center; gap: 4px 20px; padding: 8px 16px; border-bottom: 1px solid var(--line); }
h1 { font-size: 18px; margin: 0; margin-right: auto; }
h1 span { color: var(--faint); font-size: 13px; font-weight: normal; }
h2 { margin: 0 0 4px; font-size: 22px; line-height: 1.25; }
h3 { margin: 24px 0 8px; font-size: 15px; }
a { color: var(--accent); }
code, textarea, pre { font: 13px/1.45 ui-monospace, Consolas, monospace; }
input, textarea, button { font: inherit; color: inherit; background: var(--back); border: 1px solid var(--line); border-radius: 6px; padding: 5px 10px; }
textarea { font: 13px/1.45 ui-monospace, Consolas, monospace; width: 100%; resize: vertical; background: var(--soft); }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 1px; }
label { display: flex; align-items: center; gap: 8px; }
#token { width: 340px; min-width: 0; flex: 1; }
.columns { flex: 1; min-height: 0; display: grid; grid-template-columns: 340px 1fr; }
nav { overflow: auto; border-right: 1px solid var(--line); background: var(--soft); padding: 12px; }
#filter { width: 100%; }
nav h2 { margin: 16px 8px 2px; font-size: 12px; line-height: 1.5; color: var(--faint); text-transform: uppercase; letter-spacing: .05em; }
nav a { display: block; padding: 4px 8px; border-radius: 6px; color: inherit; text-decoration: none; line-height: 1.3; }
nav a small { display: block; color: var(--faint); font-size: 12px; overflow-wrap: anywhere; }
nav a em { display: block; font-size: 12px; font-style: normal; color: var(--faint); }
nav a[aria-current] em { color: inherit; }
nav a:hover { background: var(--line); }
nav a[aria-current] { background: var(--accent); color: var(--on-accent); }
nav a[aria-current] small { color: inherit; }
main { overflow: auto; padding: 20px 28px 60px; outline: none; }
main > * { max-width: 860px; }
.path { color: var(--faint); }
.row { display: flex; flex-wrap: wrap; align-items: center; gap: 8px 12px; margin: 8px 0; }
button { background: var(--accent); border-color: var(--accent); color: var(--on-accent); padding: 5px 18px; cursor: pointer; }
button.second { background: none; color: var(--accent); }
pre { background: var(--soft); border: 1px solid var(--line); border-radius: 6px; padding: 10px 12px; margin: 0; overflow: auto; max-height: 420px; white-space: pre-wrap; overflow-wrap: anywhere; }
.good { color: var(--good); } .bad { color: var(--bad); }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: 4px 12px 4px 0; border-bottom: 1px solid var(--line); }
th { color: var(--faint); font-weight: 600; font-size: 13px; }
td:nth-child(2) { color: var(--faint); min-width: 130px; }
pre + pre { margin-top: 8px; }
main label.row input { flex: 1; min-width: 0; }
td.in { padding-left: var(--deep, 0); }
@media (max-width: 760px) {
  body { height: auto; }
  header label { order: 1; width: 100%; }
  main { padding: 16px 16px 40px; }
  .columns { grid-template-columns: 1fr; }
  thead { display: none; }
  tr { display: flex; flex-wrap: wrap; gap: 0 10px; padding: 6px 0; border-bottom: 1px solid var(--line); }
  td { border: 0; padding: 0; }
  td.in { padding-left: var(--deep, 0); }
  td:nth-child(2) { min-width: 0; }
  td:nth-child(3) { width: 100%; }
  nav { max-height: 40vh; border-right: 0; border-bottom: 1px solid var(--line); }
}
`;
