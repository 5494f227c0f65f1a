/** Capacity of a core, measured by the scenarios of clusters. */
export interface Constants {
  /** Cores that a node and its share of the others take at any ordinary rate. */
  nodeCores: number;
  databaseCores: number;
  busCores: number;
  /** CPU µs of a message between two users, on top of that. */
  nodeMicros: number;
  databaseMicros: number;
  busMicros: number;
  /** CPU µs at a node that shows a message of another node. */
  remoteMicros: number;
  /** CPU µs of a group's message at each other node that has a member online. */
  groupMicros: number;
  /** CPU µs for each member who is shown a group's message. */
  memberMicros: number;
  /** CPU µs of a sign-in at its node, and at each other one. */
  signInMicros: number;
  remoteSignInMicros: number;
  /** Bytes of a connection at its node, at each other one, and at NATS. */
  connectionBytes: number;
  remoteConnectionBytes: number;
  busConnectionBytes: number;
  /** Bytes and CPU µs of a group that a node hears, at the node and at NATS. */
  groupBytes: number;
  busGroupBytes: number;
  subscribeMicros: number;
  nodeBytes: number;
  /** Bytes of a stored message in tables and indexes, and in the log before them. */
  messageBytes: number;
  logBytes: number;
}

/** A load of messages between two users. */
export interface PairLoad {
  nodes: number;
  /** Messages a second, of all nodes together. */
  rate: number;
  /** Share whose receiver is at another node than the sender. */
  remote: number;
}

export interface Cores {
  /** Of each node. */
  node: number;
  database: number;
  bus: number;
}

export type CoreConstants = Pick<
  Constants,
  | "nodeCores"
  | "databaseCores"
  | "busCores"
  | "nodeMicros"
  | "databaseMicros"
  | "busMicros"
  | "remoteMicros"
>;

/** Messages a second of a node from which on they share batches. */
const sharingFrom = 500;

/** The cost of batches is the same at 2,000 messages a second as at 8,000. */
export function coresOf(of: CoreConstants, load: PairLoad): Cores {
  const { nodes, rate, remote } = load;
  const batches = Math.min(1, rate / nodes / sharingFrom);
  const messages = rate / 1e6;
  const micros = of.nodeMicros + remote * of.remoteMicros;
  return {
    node: batches * of.nodeCores + (messages / nodes) * micros,
    database: nodes * batches * of.databaseCores + messages * of.databaseMicros,
    bus: nodes * batches * of.busCores + messages * of.busMicros,
  };
}

/**
 * Constants from one node at two rates, and from several at one rate, whose users write
 * to those of the same node and of others.
 */
export function fitCores(
  slow: { rate: number; cores: Cores },
  fast: { rate: number; cores: Cores },
  together: { cores: Cores },
  across: { rate: number; nodes: number; cores: Cores },
): CoreConstants {
  const line = (of: keyof Cores) => {
    const micros =
      (1e6 * (fast.cores[of] - slow.cores[of])) / (fast.rate - slow.rate);
    return { micros, cores: slow.cores[of] - (micros * slow.rate) / 1e6 };
  };
  const [node, database, bus] = [line("node"), line("database"), line("bus")];
  const perNode = across.rate / across.nodes / 1e6;
  return {
    nodeCores: node.cores,
    databaseCores: database.cores,
    busCores: bus.cores,
    nodeMicros: node.micros,
    databaseMicros: database.micros,
    busMicros: bus.micros,
    remoteMicros: (across.cores.node - together.cores.node) / perNode,
  };
}

/** Behaviour of users; each value is a share, or a number for one registered user. */
export interface Habits {
  onlineAtPeak: number;
  messagesADay: number;
  /** The busiest second has so many times the mean of the day. */
  peak: number;
  groupShare: number;
  /** Members who are online when a group's message comes. */
  membersOnline: number;
  groupsOfUser: number;
  sessionSeconds: number;
}

export interface Limits {
  /** Share of a core that a node may take at the peak: the rest is for a node that dies. */
  core: number;
  connectionsOfNode: number;
  memoryOfNode: number;
  connectionsToDatabase: number;
  /** The size at which the log of messages gets partitioned. */
  partitionBytes: number;
  /** Beyond any of these it is spread over several machines. */
  databaseCores: number;
  databaseBytes: number;
  logBytesASecond: number;
}

export interface Installation {
  users: number;
  online: number;
  messagesASecond: number;
  /** null: however many there are, each has too much to do. */
  nodes: number | null;
  coresOfNode: number;
  bytesOfNode: number;
  databaseCores: number;
  databaseConnections: number;
  databaseBytesAYear: number;
  logBytesASecond: number;
  busCores: number;
  busBytes: number;
}

export interface Shape {
  /** Each node knows the sessions of all others; else it asks. */
  mirrorsSessions: boolean;
}

const mostNodes = 4_096;

/** The smallest installation for so many users. */
export function planFor(
  users: number,
  { constants, habits, limits, shape }: ScalingModel,
): Installation {
  const online = users * habits.onlineAtPeak;
  const rate = (users * habits.messagesADay * habits.peak) / 86_400;
  const signIns = online / habits.sessionSeconds;
  const groups = rate * habits.groupShare;
  const pairs = rate - groups;

  const loadOf = (nodes: number) => {
    const elsewhere = (nodes - 1) / nodes;
    const cores = coresOf(constants, { nodes, rate, remote: 0 });
    /** Nodes that have a member of a group online, at most. */
    const showing = Math.min(nodes, habits.membersOnline);
    const heard = (groups * showing) / nodes;
    const micros =
      (pairs / nodes) * elsewhere * constants.remoteMicros +
      heard * constants.groupMicros +
      (groups / nodes) * habits.membersOnline * constants.memberMicros +
      (signIns / nodes) *
        (constants.signInMicros +
          habits.groupsOfUser * constants.subscribeMicros) +
      (shape.mirrorsSessions
        ? signIns * elsewhere * constants.remoteSignInMicros
        : 0);
    const remote = shape.mirrorsSessions ? online * elsewhere : 0;
    return {
      cores: cores.node + micros / 1e6,
      bytes:
        constants.nodeBytes +
        (online / nodes) *
          (constants.connectionBytes +
            habits.groupsOfUser * constants.groupBytes) +
        remote * constants.remoteConnectionBytes,
      database: cores.database,
      bus: cores.bus,
    };
  };

  let nodes = 2;
  const fits = (count: number): boolean => {
    const { cores, bytes } = loadOf(count);
    return (
      cores <= limits.core &&
      bytes <= limits.memoryOfNode &&
      online / count <= limits.connectionsOfNode
    );
  };
  while (nodes < mostNodes && !fits(nodes)) nodes++;
  const load = fits(nodes) ? loadOf(nodes) : undefined;
  return {
    ...{ users, online, messagesASecond: rate },
    nodes: load ? nodes : null,
    coresOfNode: load?.cores ?? NaN,
    bytesOfNode: load?.bytes ?? NaN,
    databaseCores: load?.database ?? NaN,
    databaseConnections: load ? nodes * limits.connectionsToDatabase : NaN,
    databaseBytesAYear:
      users * habits.messagesADay * 365 * constants.messageBytes,
    logBytesASecond: rate * constants.logBytes,
    busCores: load?.bus ?? NaN,
    busBytes:
      online *
      (constants.busConnectionBytes +
        habits.groupsOfUser * constants.busGroupBytes),
  };
}

export interface ScalingModel {
  constants: Constants;
  habits: Habits;
  limits: Limits;
  shape: Shape;
}

/** The most users, to two digits, that nodes of this shape can serve together. */
export function mostUsers(model: ScalingModel): number {
  let [low, high] = [1e4, 1e10];
  while (high / low > 1.02) {
    const middle = Math.sqrt(low * high);
    if (planFor(middle, model).nodes === null) high = middle;
    else low = middle;
  }
  return Number(low.toPrecision(2));
}
