// What surprises people about the values of a node: extrapolated increases, divisions by zero, names that go.
import { formatDuration, formatFloatG } from '@prometheus-ts/model';
import type { Hint } from '../hints/hint.ts';
import type { PlanNode } from '../plan/plan.ts';
import type { LastWindow } from './last-window.ts';
import type { NodeFigures } from './profile.ts';

export function valueNotes(
  node: PlanNode,
  figures: NodeFigures,
  inputs: readonly NodeFigures[],
  window: LastWindow | undefined,
): Hint[] {
  const notes: Hint[] = [];
  if (window && node.kind === 'range-call') notes.push(...extrapolation(node.expr.func.name, node, window));
  if (node.kind === 'vector-binary' || node.kind === 'vector-scalar') {
    notes.push(...divisions(node.expr.op, node, figures));
  }
  const hadNames = inputs.some(({ labels }) => labels.some((set) => set.metricName !== ''));
  const hasNames = figures.labels.some((set) => set.metricName !== '');
  if (hadNames && !hasNames && figures.labels.length > 0 && node.kind !== 'aggregate') {
    const text = `the metric name is gone, since the values are no longer those of the metric; label_replace can give a new one`;
    notes.push({ code: 'promql/name-dropped', text, position: node.expr.pos });
  }
  return notes;
}

/** increase and delta scale what the samples cover up to the whole range. */
function extrapolation(name: string, node: PlanNode, window: LastWindow): Hint[] {
  if (name !== 'increase' && name !== 'delta') return [];
  if (node.kind !== 'range-call' || node.matrix.kind !== 'range-scan') return [];
  const { anchored, smoothed } = node.matrix.expr.selector;
  if (anchored || smoothed) return [];
  const coveredMs = window.lastTimeMs - window.firstTimeMs;
  if (coveredMs === window.windowMs) return [];
  const text = `${name} need not be a whole number: in the last window ${window.count} samples cover ${formatDuration(coveredMs)} of the ${formatDuration(window.windowMs)} asked for, and their difference of ${formatFloatG(window.rise)} is extrapolated to the rest; anchored gives the difference itself, smoothed interpolates`;
  return [{ code: 'promql/extrapolation', text, position: node.expr.pos }];
}

function divisions(operator: string, node: PlanNode, { infinite, notANumber }: NodeFigures): Hint[] {
  if (operator !== '/' || infinite + notANumber === 0) return [];
  const parts = [
    infinite > 0 ? `${infinite} values are infinite, since something was divided by 0` : '',
    notANumber > 0 ? `${notANumber} values are NaN, as 0 divided by 0 is` : '',
  ].filter((part) => part !== '');
  const text = `${parts.join(', and ')}; to leave them out put > 0 behind the right side`;
  return [{ code: 'promql/division-by-zero', text, position: node.expr.pos }];
}
