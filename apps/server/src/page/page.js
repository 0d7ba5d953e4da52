// The first page: runs one query and shows its answer as a graph or a table. State is kept in the address, in
// the parameters that Prometheus uses (g0.expr, g0.tab, g0.range_input), so that links work.
import { drawGraph, seriesName } from './graph.js';

const SECONDS = { m: 60, h: 3600, d: 86_400, w: 604_800 };
const POINTS = 250;
const ROWS = 1000;

const expression = document.querySelector('#expression');
const range = document.querySelector('#range');
const view = document.querySelector('#view');
const message = document.querySelector('#message');
const notes = document.querySelector('#notes');
const result = document.querySelector('#result');

/** The query that is shown; a later one takes the place of an earlier one that is still on its way. */
let current = new AbortController();

function readAddress() {
  const parameters = new URLSearchParams(location.search);
  expression.value = parameters.get('g0.expr') ?? '';
  view.value = parameters.get('g0.tab') ?? '0';
  range.value = parameters.get('g0.range_input') ?? '1h';
  if (range.selectedIndex < 0) range.value = '1h';
}

function writeAddress() {
  const parameters = new URLSearchParams({
    'g0.expr': expression.value,
    'g0.tab': view.value,
    'g0.range_input': range.value,
  });
  history.pushState(null, '', `?${parameters}`);
}

function rangeSeconds() {
  return Number.parseInt(range.value, 10) * SECONDS[range.value.at(-1)];
}

function request() {
  if (view.value === '1') return ['query', { query: expression.value }];
  const end = Date.now() / 1000;
  const span = rangeSeconds();
  const step = Math.max(1, Math.ceil(span / POINTS));
  return ['query_range', { query: expression.value, start: end - span, end, step }];
}

function say(text, bad = false) {
  message.textContent = text;
  message.className = bad ? 'bad' : '';
}

async function run() {
  current.abort();
  current = new AbortController();
  const { signal } = current;
  result.replaceChildren();
  notes.replaceChildren();
  if (expression.value.trim() === '') {
    say('');
    return;
  }
  say('…');
  const started = performance.now();
  try {
    const [path, parameters] = request();
    const body = new URLSearchParams(parameters);
    const response = await fetch(`api/v1/${path}`, { method: 'POST', body, signal });
    show(await response.json(), performance.now() - started);
  } catch (error) {
    if (!signal.aborted) say(`The server did not answer: ${error.message}`, true);
  }
}

function show(answer, milliseconds) {
  for (const text of [...(answer.warnings ?? []), ...(answer.infos ?? [])]) addNote(text);
  for (const hint of answer.hints ?? []) addNote(hint.text);
  if (answer.status !== 'success') {
    say(answer.error, true);
    return;
  }
  const { resultType, result: found } = answer.data;
  const count = resultType === 'scalar' || resultType === 'string' ? 1 : found.length;
  say(`${count} series in ${Math.round(milliseconds)} ms`);
  if (resultType === 'matrix' && view.value === '0') drawGraph(result, found);
  else showTable(resultType, found);
}

function addNote(text) {
  const item = document.createElement('li');
  item.textContent = text;
  notes.append(item);
}

function showTable(type, found) {
  const table = document.createElement('table');
  const rows = type === 'scalar' || type === 'string' ? [{ metric: {}, value: found }] : found;
  for (const { metric, value, values, histogram } of rows.slice(0, ROWS)) {
    const row = table.insertRow();
    row.insertCell().textContent = seriesName(metric);
    row.insertCell().textContent = valueText(value, values, histogram);
  }
  result.append(table);
  if (rows.length > ROWS) addNote(`The first ${ROWS} of ${rows.length} series are shown.`);
}

function valueText(value, values, histogram) {
  if (value) return value[1];
  if (histogram) return `count ${histogram[1].count}, sum ${histogram[1].sum}`;
  return (values ?? []).map(([time, text]) => `${text} @${time}`).join('\n');
}

document.querySelector('#query').addEventListener('submit', (event) => {
  event.preventDefault();
  writeAddress();
  run();
});
expression.addEventListener('keydown', (event) => {
  if (event.key !== 'Enter' || event.shiftKey) return;
  event.preventDefault();
  writeAddress();
  run();
});
for (const select of [range, view]) {
  select.addEventListener('change', () => {
    writeAddress();
    run();
  });
}
addEventListener('popstate', () => {
  readAddress();
  run();
});
readAddress();
run();
