import { MsgData } from "@parley/protocol/generated/sdkws";
import { sealMsgData } from "@parley/protocol/msg-data";
import { migrations } from "@parley/server/src/composition/migrations.ts";
import { openStorage } from "@parley/server/src/storage/open.ts";
import { createSharedStatements } from "../../apps/server/src/message-log/shared-statements.ts";
import type { Engine } from "@parley/server/src/storage/engine.ts";
import { sql } from "kysely";
import type { RawBuilder } from "kysely";

/** Size of the data set. Users are `u<number>`, groups `g<number>`. */
export const size = {
  users: 1_000_000,
  groups: 10_000,
  /** Members of g0; every other group has `smallGroup`. */
  largeGroup: 100_000,
  smallGroup: 20,
  /** Conversations of u0, whose device fetches the most. */
  conversations: 5_000,
  ownGroups: 500,
  friends: 2_000,
  /** Messages in each conversation of u0. */
  messages: 4,
} as const;

/** Changes with what is made, so that an older folder is not taken for it. */
const edition = "parley-bench-routes-3";
const begun = Date.UTC(2026, 0, 1);

/**
 * Fills an empty database in bulk, or finds that it was filled before. Rows
 * are made inside the database: through the API this would take an hour.
 */
export async function ensureDataSet(
  folder: string,
  database: string,
  say: (line: string) => void,
): Promise<void> {
  const engine = await openStorage({
    dataFolder: folder,
    databaseURL: database,
    migrations,
    warn: say,
  });
  try {
    const mark = await engine.read
      .selectFrom("meta")
      .select("value")
      .where("key", "=", "bench")
      .executeTakeFirst();
    if (mark?.value === edition) return;
    const someone = await engine.read
      .selectFrom("users")
      .select("id")
      .limit(1)
      .executeTakeFirst();
    if (someone)
      throw new Error(
        "there are other data already: name an empty folder with --folder or an empty database with --database",
      );
    await fill(engine, say);
  } finally {
    await engine.close();
  }
}

async function fill(
  engine: Engine,
  say: (line: string) => void,
): Promise<void> {
  const db = engine.write;
  const run = async (what: string, ...statements: RawBuilder<unknown>[]) => {
    const started = performance.now();
    await engine.begin();
    for (const statement of statements) await statement.execute(db);
    await engine.commit();
    say(`${what}: ${((performance.now() - started) / 1000).toFixed(1)} s`);
  };
  const {
    users,
    groups,
    largeGroup,
    smallGroup,
    conversations,
    ownGroups,
    friends,
  } = size;
  const peers = conversations - ownGroups;

  await run(
    "users",
    // Not in the order of their ids, as names are not.
    sql`insert into users (user_id, nickname, face_url, create_time)
      ${numbers(0, users)}
      select 'u' || i, 'Person ' || (i * 7919 % 1000003), '', ${int(begun)} + i * 1000
      from numbers`,
  );
  await run(
    "groups",
    sql`insert into groups (group_id, group_name, owner_user_id, creator_user_id, create_time, member_count, group_type)
      ${numbers(0, groups)}
      select 'g' || i, 'Group ' || (i * 7919 % 10007),
        case when i = 0 then 'u1' when i < ${int(ownGroups)} then 'u0' else 'u' || (i * 17) end,
        'u1', ${int(begun)} + i * 1000, case when i = 0 then ${int(largeGroup)} else ${int(smallGroup)} end, 2
      from numbers`,
  );
  // A factor coprime to the number of users spreads the small groups over all.
  await run(
    "members",
    sql`insert into group_members (group_id, user_id, role_level, join_time, join_source)
      ${numbers(0, largeGroup)}
      select 'g0', 'u' || i, case i when 1 then 100 when 2 then 60 else 20 end, ${int(begun)} + i, 2
      from numbers`,
    sql`insert into group_members (group_id, user_id, role_level, join_time, join_source)
      ${numbers(0, (groups - 1) * smallGroup)}
      select 'g' || (i / ${int(smallGroup)} + 1),
        case
          when i % ${int(smallGroup)} > 0 then 'u' || ((i * 37 + 5) % ${int(users)})
          when i / ${int(smallGroup)} + 1 < ${int(ownGroups)} then 'u0'
          else 'u' || ((i / ${int(smallGroup)} + 1) * 17)
        end,
        case when i % ${int(smallGroup)} = 0 then 100 else 20 end, ${int(begun)} + i, 2
      from numbers where true
      on conflict do nothing`,
  );
  await run(
    "friends",
    sql`insert into friends (owner_user_id, friend_user_id, create_time, add_source)
      ${numbers(1, friends + 1)}
      select 'u0', 'u' || i, ${int(begun)} + i, 2 from numbers`,
    sql`insert into friends (owner_user_id, friend_user_id, create_time, add_source)
      ${numbers(1, friends + 1)}
      select 'u' || i, 'u0', ${int(begun)} + i, 2 from numbers`,
  );
  const row = sql.raw(
    "owner_user_id, conversation_id, conversation_type, user_id, group_id, create_time, latest_msg_destruct_time",
  );
  await run(
    "conversations",
    sql`insert into conversations (${row})
      ${numbers(1, peers + 1)}
      select 'u0', 'si_u0_u' || i, 1, 'u' || i, '', ${int(begun)} + i, -62135596800000 from numbers`,
    sql`insert into conversations (${row})
      ${numbers(1, peers + 1)}
      select 'u' || i, 'si_u0_u' || i, 1, 'u0', '', ${int(begun)} + i, -62135596800000 from numbers`,
    sql`insert into conversations (${row})
      ${numbers(1, ownGroups)}
      select 'u0', 'sg_g' || i, 3, '', 'g' || i, ${int(begun)} + i, -62135596800000 from numbers`,
    sql`insert into conversations (${row})
      ${numbers(0, largeGroup)}
      select 'u' || i, 'sg_g0', 3, '', 'g0', ${int(begun)} + i, -62135596800000 from numbers`,
    sql`insert into user_seqs (user_id, conversation_id, read_seq)
      select owner_user_id, conversation_id, 2 from conversations where owner_user_id = 'u0'`,
  );
  await run(
    "messages' heads",
    sql`insert into message_heads (id, conversation_id, max_seq, max_seq_time)
      select row_number() over (order by id), conversation_id, ${int(size.messages)}, ${int(begun)}
      from conversations where owner_user_id = 'u0'`,
  );
  await fillMessages(engine);
  say("messages");
  await run(
    "versions",
    ...(
      [
        ["conversations", "u0", "conversations", "conversation_id"],
        ["friends", "u0", "friends", "friend_user_id"],
      ] as const
    ).flatMap(([kind, owner, table, column]) =>
      logOf(
        kind,
        owner,
        sql`select ${sql.ref(column)} as entry, row_number() over (order by id) as n
          from ${sql.table(table)} where owner_user_id = 'u0'`,
      ),
    ),
    ...logOf(
      "joinedGroups",
      "u0",
      sql`select group_id as entry, row_number() over (order by id) as n from group_members where user_id = 'u0'`,
    ),
    ...logOf(
      "groupMembers",
      "g0",
      sql`select user_id as entry, row_number() over (order by id) as n from group_members where group_id = 'g0'`,
    ),
  );
  if (engine.kind === "postgres") await run("statistics", sql`analyze`);
  await run(
    "mark",
    sql`insert into meta (key, value) values ('bench', ${edition})`,
  );
  await engine.durable();
}

/** Binds as a whole number on both engines. */
const int = (value: number) => sql.raw(String(value));

const numbers = (from: number, end: number) =>
  sql`with recursive numbers(i) as (
    select cast(${int(from)} as bigint) union all select i + 1 from numbers where i + 1 < ${int(end)})`;

/** A log in which every entry has a version of its own. */
const logOf = (kind: string, owner: string, entries: RawBuilder<unknown>) => [
  sql`insert into version_entries (kind, owner_id, entry_id, version, state)
    select ${text(kind)}, ${text(owner)}, entry, n, 1 from (${entries}) as entries`,
  sql`insert into versions (kind, owner_id, version_id, version)
    select kind, owner_id, ${text(versionID)}, max(version) from version_entries
    where kind = ${text(kind)} and owner_id = ${text(owner)} group by kind, owner_id`,
];

/** Inlines the text, as PostgreSQL cannot infer the type of a parameter without a cast. */
const text = (value: string) => sql.raw(`'${value}'`);

/** Id of every version log that exists from the start. */
export const versionID: string = "5eed5eed5eed5eed5eed5eed";

async function fillMessages(engine: Engine): Promise<void> {
  const heads = await engine.read
    .selectFrom("message_heads")
    .select(["id", "conversation_id"])
    .orderBy("id")
    .execute();
  let position = 0;
  for (let at = 0; at < heads.length; at += 500) {
    const rows = heads.slice(at, at + 500).flatMap(({ id, conversation_id }) =>
      Array.from({ length: size.messages }, (_, i) => ({
        position: ++position,
        headID: Number(id),
        seq: i + 1,
        resendKey: position + 1,
        data: messageOf(conversation_id, i + 1, begun + position),
      })),
    );
    await engine.begin();
    if (engine.kind === "sqlite") {
      await engine.log.append(rows);
      await engine.log.index(rows);
      await engine.log.keys(rows);
    } else await createSharedStatements(engine.statements).append(rows, []);
    await engine.commit();
  }
  if (engine.kind === "postgres") return;
  await engine.begin();
  await sql`insert into meta (key, value) values ('merged_position', ${String(position)})`.execute(
    engine.write,
  );
  await engine.commit();
}

function messageOf(
  conversationID: string,
  seq: number,
  sendTime: number,
): Uint8Array {
  const isGroup = conversationID.startsWith("sg_");
  const unsealed = MsgData.encode({
    sendID: "u0",
    recvID: isGroup ? "" : conversationID.slice("si_u0_".length),
    groupID: isGroup ? conversationID.slice("sg_".length) : "",
    clientMsgID: `${conversationID}_${seq}`,
    serverMsgID: `${conversationID}_${seq}_s`,
    senderPlatformID: 2,
    sessionType: isGroup ? 3 : 1,
    msgFrom: 100,
    contentType: 101,
    content: Buffer.from(
      JSON.stringify({ content: "Something that one person told another" }),
    ),
    createTime: sendTime,
    status: 2,
  });
  return sealMsgData(unsealed, seq, sendTime);
}
