import { watchProcess } from "./process-metrics.ts";
import { createSeries, seriesContentType } from "./series.ts";

/**
 * OpenIM's series under their names, so its boards and rules work
 * (docs/operating.md#health-and-metrics).
 */
export interface Metrics {
  api(path: string, method: string, code: number): void;
  http(path: string, method: string, status: number): void;
  adminSignedIn(): void;
  usersRegistered(count: number): void;
  messageAccepted(sessionType: number): void;
  messageRefused(sessionType: number): void;
  /** They go to their receivers now. */
  messagesStored(count: number, sendTime: number): void;
  storingFailed(): void;
  delivered(count: number): void;
  webhookTold(): void;
  webhooksDropped(count: number): void;
  /** A before hook got no answer. */
  webhookUnanswered(): void;
  /** A provider took a push for so many users or devices. */
  pushed(provider: string, count: number): void;
  /** A provider's call failed. */
  pushFailed(): void;
  /** Counts users who were not pushed to. */
  pushMissed(reason: string, count: number): void;
  /** Counts questions to bots by outcome. */
  agentAsked(outcome: string): void;
  /** Parts that are built later hand in what is read of them. */
  watch(gauges: Gauges): void;
  /** The text of /metrics. */
  render(): Promise<string>;
  readonly contentType: string;
}

/** Numbers that are read when /metrics is asked for. */
export interface Gauges {
  /** Absent in processes without sockets; so are the others. */
  onlineUsers?(): number;
  connections?(): number;
  unmerged?(): number;
  webhooksWaiting?(): number;
  pushesWaiting?(): number;
  /** Large changes of which the rest waits for the next start. */
  changesSetAside?(): number;
  /** Requests that were refused because there was too much to do. */
  shed?(): number;
}

export interface MetricsDeps extends Gauges {
  version: string;
}

const groupSession = 3;
const lateMs = 10_000;

export function createMetrics({ version, ...first }: MetricsDeps): Metrics {
  const gauges: Gauges = first;
  const series = createSeries();
  const { counter, counters } = series;
  const gauge = (name: string, help: string, read: () => number): void =>
    series.read("gauge", name, help, read);

  const apiCount = counters("api_count", "REST answers by route and errCode", [
    "path",
    "method",
    "code",
  ]);
  const httpCount = counters(
    "http_count",
    "REST answers by route and HTTP status",
    ["path", "method", "status"],
  );
  const logins = counter("user_login_total", "Administrator tokens issued");
  const registered = counter("user_register_total", "Users registered");
  const [single, singleFailed] = [
    counter(
      "single_chat_msg_process_success_total",
      "One-to-one messages accepted",
    ),
    counter(
      "single_chat_msg_process_failed_total",
      "One-to-one messages refused",
    ),
  ];
  const [group, groupFailed] = [
    counter("group_chat_msg_process_success_total", "Group messages accepted"),
    counter("group_chat_msg_process_failed_total", "Group messages refused"),
  ];
  const [entered, enteredFailed] = [
    counter("msg_insert_redis_success_total", "Messages entered in the log"),
    counter("msg_insert_redis_failed_total", "Messages the log did not take"),
  ];
  const [stored, storedFailed] = [
    counter("msg_insert_mongo_success_total", "Messages durably stored"),
    counter("msg_insert_mongo_failed_total", "Messages that were not stored"),
  ];
  const seqsFailed = counter(
    "seq_set_failed_total",
    "Sequence numbers that were not stored",
  );
  const pushFailed = counter(
    "msg_offline_push_failed_total",
    "Offline pushes that failed",
  );
  const late = counter("msg_long_time_push_total", "Pushes later than 10 s");
  gauge(
    "online_user_num",
    "Users connected",
    () => gauges.onlineUsers?.() ?? 0,
  );

  gauge(
    "parley_connections",
    "Sockets open",
    () => gauges.connections?.() ?? 0,
  );
  gauge(
    "parley_log_unmerged",
    "Messages the index tables do not know yet",
    () => gauges.unmerged?.() ?? 0,
  );
  const delivered = counter(
    "parley_delivered_total",
    "Frames queued to sockets for messages",
  );
  gauge(
    "parley_large_changes_set_aside",
    "Large changes that failed again and again: the next start tries what is left",
    () => gauges.changesSetAside?.() ?? 0,
  );
  gauge(
    "parley_requests_shed",
    "Requests refused since the start because there was too much to do",
    () => gauges.shed?.() ?? 0,
  );
  gauge(
    "parley_webhooks_waiting",
    "Events that wait for the webhook receiver",
    () => gauges.webhooksWaiting?.() ?? 0,
  );
  const [told, dropped, unanswered] = [
    counter("parley_webhooks_told_total", "Events the receiver was told"),
    counter("parley_webhooks_dropped_total", "Events it was never told"),
    counter("parley_webhooks_unanswered_total", "Questions without an answer"),
  ];
  gauge(
    "parley_offline_push_waiting",
    "Messages that wait for their offline pushes",
    () => gauges.pushesWaiting?.() ?? 0,
  );
  const pushed = counters(
    "parley_offline_push_sent_total",
    "Users or devices that a provider took a push for",
    ["provider"],
  );
  const missed = counters(
    "parley_offline_push_missed_total",
    "Users who were not pushed to, by reason",
    ["reason"],
  );
  const asked = counters(
    "parley_agent_questions_total",
    "Questions to bots, by what became of them",
    ["outcome"],
  );
  counters(
    "parley_build_info",
    "Which Parley this is",
    ["version"],
    "gauge",
  ).inc([version]);
  watchProcess(series);

  return {
    api: (path, method, code) => apiCount.inc([path, method, String(code)]),
    http: (path, method, status) =>
      httpCount.inc([path, method, String(status)]),
    adminSignedIn: () => logins.inc(),
    usersRegistered: (count) => registered.inc(count),
    messageAccepted: (type) => (type === groupSession ? group : single).inc(),
    messageRefused: (type) =>
      (type === groupSession ? groupFailed : singleFailed).inc(),
    messagesStored(count, sendTime) {
      if (Date.now() - sendTime > lateMs) late.inc();
      entered.inc(count);
      stored.inc(count);
    },
    storingFailed() {
      enteredFailed.inc();
      storedFailed.inc();
      // They are stored with the message or not at all.
      seqsFailed.inc();
    },
    delivered: (count) => delivered.inc(count),
    webhookTold: () => told.inc(),
    webhooksDropped: (count) => dropped.inc(count),
    webhookUnanswered: () => unanswered.inc(),
    pushed: (provider, count) => pushed.inc([provider], count),
    pushFailed: () => pushFailed.inc(),
    pushMissed: (reason, count) => missed.inc([reason], count),
    agentAsked: (outcome) => asked.inc([outcome]),
    watch: (more) => void Object.assign(gauges, more),
    render: series.render,
    contentType: seriesContentType,
  };
}
