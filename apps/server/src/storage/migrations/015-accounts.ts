import type { Migration } from "./migration.ts";
import { empty, key, numbered, required, zero } from "./columns.ts";

export const accountsMigration: Migration = {
  name: "015-accounts",
  async up(db, kind) {
    await numbered(db, kind, "accounts")
      .addColumn("user_id", "text", (c) => c.notNull().unique())
      .addColumn("password", "text", empty)
      .addColumn("nickname", "text", empty)
      .addColumn("face_url", "text", empty)
      .addColumn("gender", "integer", zero)
      .addColumn("birth", "bigint", zero)
      .addColumn("level", "integer", zero)
      .addColumn("allow_add_friend", "integer", zero)
      .addColumn("allow_beep", "integer", zero)
      .addColumn("allow_vibration", "integer", zero)
      .addColumn("global_recv_msg_opt", "integer", zero)
      .addColumn("register_type", "integer", zero)
      .addColumn("account", "text", empty)
      .addColumn("area_code", "text", empty)
      .addColumn("phone_number", "text", empty)
      .addColumn("email", "text", empty)
      .addColumn("register_ip", "text", empty)
      .addColumn("register_device_id", "text", empty)
      .addColumn("register_platform", "text", empty)
      .addColumn("create_time", "bigint", zero)
      .addColumn("change_time", "bigint", zero)
      .execute();

    await db.schema
      .createTable("credentials")
      .addColumn("credential", "text", key)
      .addColumn("user_id", "text", required)
      .addColumn("type", "integer", required)
      .execute();
    await db.schema
      .createIndex("credentials_of_user")
      .on("credentials")
      .columns(["user_id", "type"])
      .unique()
      .execute();

    await db.schema
      .createTable("account_tokens")
      .addColumn("token", "text", key)
      .addColumn("user_id", "text", required)
      .addColumn("expire_time", "bigint", required)
      .execute();
    await db.schema
      .createIndex("account_tokens_of_user")
      .on("account_tokens")
      .column("user_id")
      .execute();

    await numbered(db, kind, "login_records")
      .addColumn("user_id", "text", required)
      .addColumn("login_time", "bigint", required)
      .addColumn("ip", "text", empty)
      .addColumn("device_id", "text", empty)
      .addColumn("platform", "text", empty)
      .execute();
    await db.schema
      .createIndex("login_records_by_time")
      .on("login_records")
      .columns(["login_time", "user_id"])
      .execute();
    await db.schema
      .createIndex("login_records_of_user")
      .on("login_records")
      .columns(["user_id", "login_time"])
      .execute();

    await numbered(db, kind, "verify_codes")
      .addColumn("target", "text", required)
      .addColumn("code", "text", required)
      .addColumn("platform", "text", empty)
      .addColumn("ip", "text", empty)
      .addColumn("attempts", "integer", zero)
      .addColumn("used", "integer", zero)
      .addColumn("create_time", "bigint", required)
      .addColumn("expire_time", "bigint", required)
      .execute();
    for (const column of ["target", "ip"])
      await db.schema
        .createIndex(`verify_codes_by_${column}`)
        .on("verify_codes")
        .columns([column, "create_time"])
        .execute();

    await numbered(db, kind, "administrators")
      .addColumn("account", "text", (c) => c.notNull().unique())
      .addColumn("password", "text", required)
      .addColumn("has_known_password", "integer", zero)
      .addColumn("face_url", "text", empty)
      .addColumn("nickname", "text", empty)
      .addColumn("user_id", "text", required)
      .addColumn("level", "integer", required)
      .addColumn("create_time", "bigint", required)
      .execute();

    await numbered(db, kind, "applets")
      .addColumn("applet_id", "text", (c) => c.notNull().unique())
      .addColumn("name", "text", empty)
      .addColumn("app_id", "text", empty)
      .addColumn("icon", "text", empty)
      .addColumn("url", "text", empty)
      .addColumn("md5", "text", empty)
      .addColumn("size", "bigint", zero)
      .addColumn("version", "text", empty)
      .addColumn("priority", "bigint", zero)
      .addColumn("status", "bigint", zero)
      .addColumn("create_time", "bigint", zero)
      .execute();

    await numbered(db, kind, "application_versions")
      .addColumn("version_id", "text", (c) => c.notNull().unique())
      .addColumn("platform", "text", empty)
      .addColumn("version", "text", empty)
      .addColumn("url", "text", empty)
      .addColumn("text", "text", empty)
      .addColumn("force", "integer", zero)
      .addColumn("latest", "integer", zero)
      .addColumn("hot", "integer", zero)
      .addColumn("create_time", "bigint", zero)
      .addUniqueConstraint("application_versions_once", ["platform", "version"])
      .execute();

    await db.schema
      .createTable("application_configs")
      .addColumn("key", "text", key)
      .addColumn("value", "text", required)
      .execute();

    await numbered(db, kind, "blocked_accounts")
      .addColumn("user_id", "text", (c) => c.notNull().unique())
      .addColumn("reason", "text", empty)
      .addColumn("operator_user_id", "text", empty)
      .addColumn("create_time", "bigint", zero)
      .execute();

    await numbered(db, kind, "invitation_codes")
      .addColumn("code", "text", (c) => c.notNull().unique())
      .addColumn("used_user_id", "text", empty)
      .addColumn("create_time", "bigint", zero)
      .execute();

    await numbered(db, kind, "ip_rules")
      .addColumn("ip", "text", (c) => c.notNull().unique())
      .addColumn("limit_register", "integer", zero)
      .addColumn("limit_login", "integer", zero)
      .addColumn("create_time", "bigint", zero)
      .execute();

    await numbered(db, kind, "user_ips")
      .addColumn("user_id", "text", required)
      .addColumn("ip", "text", required)
      .addColumn("create_time", "bigint", zero)
      .addUniqueConstraint("user_ips_once", ["user_id", "ip"])
      .execute();

    await numbered(db, kind, "default_friends")
      .addColumn("user_id", "text", (c) => c.notNull().unique())
      .addColumn("create_time", "bigint", zero)
      .execute();

    await numbered(db, kind, "default_groups")
      .addColumn("group_id", "text", (c) => c.notNull().unique())
      .addColumn("create_time", "bigint", zero)
      .execute();
  },
};
