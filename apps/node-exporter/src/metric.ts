// What a collector may say about a metric: name, type, help, label names. Descriptions are constants of the
// collector; values and label values come with each sample.
import type { NumberFamily } from '@prometheus-ts/exposition';

/** The identity of a family. `labels` are the label names in the order in which `MetricSink.add` takes values. */
export interface MetricDescription {
  readonly name: string;
  readonly type: NumberFamily['type'];
  readonly help: string;
  readonly labels: readonly string[];
}

export function counter(name: string, help: string, labels: readonly string[] = []): MetricDescription {
  return { name, type: 'counter', help, labels };
}

export function gauge(name: string, help: string, labels: readonly string[] = []): MetricDescription {
  return { name, type: 'gauge', help, labels };
}

/** A metric without a type, as upstream serves numbers whose meaning it does not know. */
export function untyped(name: string, help: string, labels: readonly string[] = []): MetricDescription {
  return { name, type: 'untyped', help, labels };
}

/** Descriptions that are made when their name is first met: files whose fields name the metrics. */
export class MetricCache {
  readonly #make: (name: string) => MetricDescription;
  readonly #known = new Map<string, MetricDescription>();

  constructor(make: (name: string) => MetricDescription) {
    this.#make = make;
  }

  get(name: string): MetricDescription {
    let description = this.#known.get(name);
    if (description === undefined) {
      // Names come from kernel files; a file that invents new ones for ever must not fill the memory.
      if (this.#known.size >= 10_000) this.#known.clear();
      description = this.#make(name);
      this.#known.set(name, description);
    }
    return description;
  }
}

/** Replaces what a metric name may not hold by single underscores. */
export function sanitizeMetricName(name: string): string {
  return name.replace(/_*[^0-9A-Za-z_]+_*/g, '_');
}
