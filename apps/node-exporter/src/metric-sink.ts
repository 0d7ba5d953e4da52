// Where collectors put their samples: families in order of first appearance, samples in order of addition.
// One sink belongs to one run of one collector; `mergeFamilies` joins the sinks of a scrape afterwards.
import type { MetricFamily, NumberMetric } from '@prometheus-ts/exposition';
import type { MetricDescription } from './metric.ts';

interface GrowingFamily {
  readonly name: string;
  readonly type: MetricDescription['type'];
  readonly help: string;
  readonly metrics: NumberMetric[];
}

export class MetricSink {
  readonly #numbers = new Map<string, GrowingFamily>();
  readonly #whole: MetricFamily[] = [];
  #count = 0;

  /** Number of metrics added. */
  get count(): number {
    return this.#count;
  }

  /** Adds a sample; `labelValues` match `description.labels` one by one. */
  add(description: MetricDescription, value: number, ...labelValues: string[]): void {
    const names = description.labels;
    const labels: string[] = [];
    for (let i = 0; i < names.length; i++) labels.push(names[i]!, labelValues[i]!);
    this.addPairs(description, value, labels);
  }

  /** Adds a sample whose labels are `[name, value, name, value, …]`, whatever the description says. */
  addPairs(description: MetricDescription, value: number, labels: readonly string[]): void {
    let family = this.#numbers.get(description.name);
    if (family === undefined) {
      family = { name: description.name, type: description.type, help: description.help, metrics: [] };
      this.#numbers.set(description.name, family);
    }
    family.metrics.push({ labels, value });
    this.#count += 1;
  }

  /** Adds a family that is complete already. */
  addFamily(family: MetricFamily): void {
    this.#whole.push(family);
    this.#count += family.metrics.length;
  }

  /** Everything added so far. */
  families(): MetricFamily[] {
    return [...this.#numbers.values(), ...this.#whole];
  }
}
