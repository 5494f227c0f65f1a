import { Counter, Gauge, Histogram, Registry } from "prom-client";

/** OpenIM's series under their names, so its boards and rules work (config.md §6). */
export interface Metrics {
  api(path: string, method: string, code: number): void;
  http(path: string, method: string, status: number): void;
  adminSignedIn(): void;
  usersRegistered(count: number): void;
  messageAccepted(sessionType: number): void;
  messageRefused(sessionType: number): void;
  messagesStored(count: number): void;
  storingFailed(): void;
  delivered(count: number): void;
  /** The text of /metrics. */
  render(): Promise<string>;
  readonly contentType: string;
}

export interface MetricsDeps {
  onlineUsers(): number;
  connections(): number;
  unmerged(): number;
  version: string;
}

const groupSession = 3;

export function createMetrics(deps: MetricsDeps): Metrics {
  const registry = new Registry();
  const registers = [registry];
  const counter = (name: string, help: string) =>
    new Counter({ name, help, registers });
  const gauge = (name: string, help: string, read: () => number) =>
    new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(read());
      },
    });

  const apiCount = new Counter({
    name: "api_count",
    help: "REST answers by route and errCode",
    labelNames: ["path", "method", "code"],
    registers,
  });
  const httpCount = new Counter({
    name: "http_count",
    help: "REST answers by route and HTTP status",
    labelNames: ["path", "method", "status"],
    registers,
  });
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
  counter("seq_set_failed_total", "Sequence numbers that were not stored");
  counter("msg_offline_push_failed_total", "Offline pushes that failed");
  counter("msg_long_time_push_total", "Pushes later than 10 s");
  gauge("online_user_num", "Users connected", deps.onlineUsers);

  gauge("parley_connections", "Sockets open", deps.connections);
  gauge(
    "parley_log_unmerged",
    "Messages the index tables do not know yet",
    deps.unmerged,
  );
  const delivered = counter(
    "parley_delivered_total",
    "Frames queued to sockets for messages",
  );
  new Gauge({
    name: "parley_build_info",
    help: "Which Parley this is",
    labelNames: ["version"],
    registers,
  }).set({ version: deps.version }, 1);
  watchProcess(registry);

  return {
    api: (path, method, code) =>
      apiCount.inc({ path, method, code: String(code) }),
    http: (path, method, status) =>
      httpCount.inc({ path, method, status: String(status) }),
    adminSignedIn: () => logins.inc(),
    usersRegistered: (count) => registered.inc(count),
    messageAccepted: (type) => (type === groupSession ? group : single).inc(),
    messageRefused: (type) =>
      (type === groupSession ? groupFailed : singleFailed).inc(),
    messagesStored(count) {
      entered.inc(count);
      stored.inc(count);
    },
    storingFailed() {
      enteredFailed.inc();
      storedFailed.inc();
    },
    delivered: (count) => delivered.inc(count),
    render: () => registry.metrics(),
    contentType: registry.contentType,
  };
}

/** process_* under the names every board knows, and the event loop's delay. */
function watchProcess(registry: Registry): void {
  const registers = [registry];
  const started = Math.floor(Date.now() / 1_000 - process.uptime());
  new Gauge({
    name: "process_start_time_seconds",
    help: "Start of the process",
    registers,
  }).set(started);
  new Gauge({
    name: "process_resident_memory_bytes",
    help: "Resident memory",
    registers,
    collect() {
      this.set(process.memoryUsage.rss());
    },
  });
  new Gauge({
    name: "process_cpu_seconds_total",
    help: "CPU time used",
    registers,
    collect() {
      const { user, system } = process.cpuUsage();
      this.set((user + system) / 1e6);
    },
  });
  const delay = new Histogram({
    name: "parley_event_loop_delay_seconds",
    help: "How late timers fire",
    buckets: [0.001, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5, 1],
    registers,
  });
  const every = 100;
  let due = performance.now() + every;
  setInterval(() => {
    const at = performance.now();
    delay.observe(Math.max(0, at - due) / 1_000);
    due = at + every;
  }, every).unref();
}
