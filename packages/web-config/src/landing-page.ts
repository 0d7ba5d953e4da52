// The page at `/` of daemons that have no UI: name, version, links and, where one is wanted, a small form.
// What it shows is what exporter-toolkit's page shows; the page is our own.

export interface LandingLink {
  /** Path below the route prefix, or a URL. */
  readonly address: string;
  readonly text: string;
  readonly description?: string;
}

export interface LandingInput {
  readonly label: string;
  readonly type: string;
  readonly name: string;
  readonly placeholder?: string;
  readonly value?: string;
}

export interface LandingPage {
  readonly name: string;
  readonly description?: string;
  readonly version?: string;
  readonly links: readonly LandingLink[];
  readonly form?: { readonly action: string; readonly inputs: readonly LandingInput[] };
  /** HTML of the daemon's own, put below the links as it is: it must be escaped already. */
  readonly extraHtml?: string;
}

const STYLE = `
:root{color-scheme:light dark;--accent:#e6522c}
body{margin:0;font:16px/1.5 system-ui,sans-serif}
header{background:var(--accent);color:#fff;padding:.75rem 1.5rem}
h1{font-size:1.4rem;margin:0}
main{padding:1rem 1.5rem;max-width:60rem}
h2{font-size:1.1rem;font-weight:500}
.version{opacity:.7;font-size:.9rem}
li{margin:.3rem 0}
label{display:inline-block;min-width:8rem}
input{margin:.2rem 0;font:inherit}
table{border-collapse:collapse}
td,th{padding:.2rem .8rem .2rem 0;text-align:left}
td.number{text-align:right;font-variant-numeric:tabular-nums}
`;

/** The page; `prefix` ends with a slash. */
export function renderLandingPage(page: LandingPage, prefix: string): string {
  const href = (address: string) =>
    /^[a-z]+:\/\//.test(address) ? address : prefix + address.replace(/^\//, '');
  const links = page.links.map(({ address, text, description }) => {
    const about = description === undefined ? '' : `: ${escapeHtml(description)}`;
    return `<li><a href="${escapeHtml(href(address))}">${escapeHtml(text)}</a>${about}</li>`;
  });
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="UTF-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(page.name)}</title>
<style>${STYLE}</style>
</head>
<body>
<header><h1>${escapeHtml(page.name)}</h1></header>
<main>
${page.description === undefined ? '' : `<h2>${escapeHtml(page.description)}</h2>`}
${page.version === undefined ? '' : `<div class="version">Version: ${escapeHtml(page.version)}</div>`}
<ul>
${links.join('\n')}
</ul>
${page.form === undefined ? '' : renderForm(page.form, href)}
${page.extraHtml ?? ''}
</main>
</body>
</html>
`;
}

function renderForm(form: NonNullable<LandingPage['form']>, href: (address: string) => string): string {
  const inputs = form.inputs.map((input) => {
    const attributes = (['type', 'name', 'placeholder', 'value'] as const)
      .filter((name) => input[name] !== undefined)
      .map((name) => `${name}="${escapeHtml(input[name]!)}"`);
    return `<label>${escapeHtml(input.label)}: </label><input ${attributes.join(' ')}><br>`;
  });
  return `<form action="${escapeHtml(href(form.action))}">\n${inputs.join('\n')}\n<input type="submit" value="Submit">\n</form>`;
}

/** Safe in text and in quoted attributes. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);
}
