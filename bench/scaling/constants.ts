import type { ScalingModel } from "./model.ts";

const mega = 1e6;

/**
 * Constants come from one or two runs of cluster-model and cluster-size on
 * 1 December 2026. `groupMicros` and `memberMicros` are estimated from
 * differences between noisy runs of cluster-size and cluster-group.
 */
export const model: ScalingModel = {
  constants: {
    nodeCores: 0.38,
    databaseCores: 0.2,
    busCores: 0.033,
    nodeMicros: 29,
    databaseMicros: 13,
    busMicros: 2.3,
    remoteMicros: 14,
    groupMicros: 23,
    memberMicros: 1.5,
    signInMicros: 100,
    remoteSignInMicros: 17,
    connectionBytes: 8_100,
    remoteConnectionBytes: 1_500,
    busConnectionBytes: 1_250,
    groupBytes: 2_400,
    busGroupBytes: 900,
    subscribeMicros: 8,
    nodeBytes: 250 * mega,
    messageBytes: 580,
    logBytes: 940,
  },
  habits: {
    onlineAtPeak: 0.2,
    messagesADay: 20,
    peak: 5,
    groupShare: 0.4,
    membersOnline: 10,
    groupsOfUser: 10,
    sessionSeconds: 1_800,
  },
  limits: {
    core: 0.6,
    connectionsOfNode: 100_000,
    memoryOfNode: 8_000 * mega,
    connectionsToDatabase: 13,
    partitionBytes: 1e12,
    databaseCores: 32,
    databaseBytes: 20e12,
    logBytesASecond: 200 * mega,
  },
  shape: { mirrorsSessions: true },
};
