// What the UI should tell everyone at this moment (starting, stopping, a failed reload), and who is listening.
import type { Clock } from '@prometheus-ts/model';
import { Counter, Gauge, type Registry } from 'prom-client';
import { timeText } from '../api/json.ts';

export const NOTIFICATION = {
  starting: 'Prometheus is starting and replaying the write-ahead log (WAL).',
  stopping: 'Prometheus is shutting down and gracefully stopping all operations.',
  reloadFailed: 'Configuration reload has failed.',
} as const;
export type NotificationText = (typeof NOTIFICATION)[keyof typeof NOTIFICATION];

export interface Notification {
  readonly text: string;
  readonly date: string;
  /** False in the message that takes it back. */
  readonly active: boolean;
}

type Subscriber = (notification: Notification) => void;

export class Notifications {
  readonly #clock: Clock;
  readonly #maxSubscribers: number;
  readonly #current = new Map<string, Notification>();
  readonly #subscribers = new Set<Subscriber>();
  readonly #sent: Counter;

  constructor(clock: Clock, maxSubscribers: number, registry: Registry) {
    this.#clock = clock;
    this.#maxSubscribers = maxSubscribers;
    const registers = [registry];
    const subscribers = this.#subscribers;
    new Gauge({
      name: 'prometheus_api_notification_active_subscribers',
      help: 'Clients that follow the live notifications.',
      registers,
      collect() {
        this.set(subscribers.size);
      },
    });
    this.#sent = new Counter({
      name: 'prometheus_api_notification_updates_sent_total',
      help: 'Notifications sent to clients.',
      registers,
    });
  }

  /** Shows a notification; one that is shown already gets a new date. */
  show(text: NotificationText): void {
    const date = timeText(this.#clock.nowMs());
    const notification = { text, date, active: true };
    this.#current.set(text, notification);
    this.#publish(notification);
  }

  hide(text: NotificationText): void {
    const shown = this.#current.get(text);
    if (!shown) return;
    this.#current.delete(text);
    this.#publish({ ...shown, active: false });
  }

  /** In order of their first appearance. */
  current(): Notification[] {
    return [...this.#current.values()];
  }

  /**
   * Calls back for what is shown now and for every change.
   * @returns how to end it; undefined when there are too many subscribers
   */
  subscribe(subscriber: Subscriber): (() => void) | undefined {
    if (this.#subscribers.size >= this.#maxSubscribers) return undefined;
    this.#subscribers.add(subscriber);
    for (const notification of this.#current.values()) subscriber(notification);
    return () => this.#subscribers.delete(subscriber);
  }

  #publish(notification: Notification): void {
    for (const subscriber of this.#subscribers) {
      this.#sent.inc();
      subscriber(notification);
    }
  }
}
