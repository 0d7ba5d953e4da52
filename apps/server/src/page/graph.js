// A line graph of a matrix as SVG. Gaps stay gaps: points further apart than the step are not joined.

const SVG = 'http://www.w3.org/2000/svg';
const WIDTH = 1000;
const HEIGHT = 380;
const LEFT = 70;
const BOTTOM = 24;
const MAX_SERIES = 100;

function element(name, attributes, text) {
  const node = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  if (text !== undefined) node.textContent = text;
  return node;
}

/** `name{label="value"}`. */
export function seriesName(metric) {
  const { __name__: name = '', ...labels } = metric;
  const pairs = Object.entries(labels).map(([key, value]) => `${key}=${JSON.stringify(value)}`);
  return pairs.length > 0 || name === '' ? `${name}{${pairs.join(', ')}}` : name;
}

function color(index) {
  return `hsl(${(index * 137.5 + 210) % 360} 65% 50%)`;
}

/** Bounds of all finite values and times; undefined where there are none. */
function bounds(series) {
  const box = { left: Infinity, right: -Infinity, low: Infinity, high: -Infinity, step: Infinity };
  for (const { values = [] } of series) {
    values.forEach(([time, text], i) => {
      const value = Number(text);
      if (!Number.isFinite(value)) return;
      box.left = Math.min(box.left, time);
      box.right = Math.max(box.right, time);
      box.low = Math.min(box.low, value);
      box.high = Math.max(box.high, value);
      if (i > 0) box.step = Math.min(box.step, time - values[i - 1][0]);
    });
  }
  if (box.left === Infinity) return undefined;
  if (box.right === box.left) box.right = box.left + 1;
  if (box.high === box.low) {
    box.high += Math.abs(box.high) * 0.1 || 1;
    box.low -= Math.abs(box.low) * 0.1 || 1;
  }
  return box;
}

function shortNumber(value) {
  return new Intl.NumberFormat('en', { notation: 'compact', maximumSignificantDigits: 4 }).format(value);
}

function addAxes(svg, box, x, y) {
  for (let i = 0; i <= 4; i++) {
    const value = box.low + ((box.high - box.low) * i) / 4;
    svg.append(element('line', { class: 'grid', x1: LEFT, x2: WIDTH, y1: y(value), y2: y(value) }));
    svg.append(element('text', { x: LEFT - 6, y: y(value) + 4, 'text-anchor': 'end' }, shortNumber(value)));
  }
  const days = box.right - box.left > 86_400;
  for (let i = 0; i <= 5; i++) {
    const time = box.left + ((box.right - box.left) * i) / 5;
    const date = new Date(time * 1000);
    const label = days ? date.toLocaleDateString() : date.toLocaleTimeString();
    const anchor = i === 0 ? 'start' : i === 5 ? 'end' : 'middle';
    svg.append(element('text', { x: x(time), y: HEIGHT - 6, 'text-anchor': anchor }, label));
  }
}

function pathOf(values, step, x, y) {
  let path = '';
  let last = -Infinity;
  for (const [time, text] of values) {
    const value = Number(text);
    if (!Number.isFinite(value)) continue;
    path += `${time - last > step * 1.5 ? 'M' : 'L'}${x(time).toFixed(1)} ${y(value).toFixed(1)}`;
    last = time;
  }
  return path;
}

/** Draws into `parent`: the graph and its legend. */
export function drawGraph(parent, series) {
  const shown = series.slice(0, MAX_SERIES);
  const box = bounds(shown);
  if (!box) return;
  const x = (time) => LEFT + ((time - box.left) / (box.right - box.left)) * (WIDTH - LEFT);
  const y = (value) => 8 + (1 - (value - box.low) / (box.high - box.low)) * (HEIGHT - BOTTOM - 8);
  const svg = element('svg', { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: 'img', 'aria-label': 'Graph' });
  addAxes(svg, box, x, y);
  const legend = document.createElement('ul');
  legend.className = 'legend';
  shown.forEach(({ metric, values = [] }, index) => {
    svg.append(element('path', { class: 'series', stroke: color(index), d: pathOf(values, box.step, x, y) }));
    const item = document.createElement('li');
    const mark = element('svg', { viewBox: '0 0 10 7' });
    mark.append(element('rect', { width: 10, height: 7, fill: color(index) }));
    item.append(mark, seriesName(metric));
    legend.append(item);
  });
  parent.append(svg, legend);
}
