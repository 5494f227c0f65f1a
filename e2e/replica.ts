import { expect } from "bun:test";

/** Answer of an incremental sync (docs/wire/sync.md#incremental-answers). */
export interface Incremental<Entity> {
  version: number;
  versionID: string;
  full: boolean;
  delete: string[] | null;
  insert: Entity[] | null;
  update: Entity[] | null;
}

export interface ReplicaSource<Entity> {
  idOf(entity: Entity): string;
  incremental(known: {
    version: number;
    versionID: string;
  }): Promise<Incremental<Entity>>;
  /** Everything, fetched afresh. */
  all(): Promise<Entity[]>;
}

/**
 * A client's copy of a list that is kept by incremental sync alone. `agrees`
 * holds it against everything fetched afresh: sync must agree with itself
 * after every operation.
 */
export class Replica<Entity> {
  readonly #source: ReplicaSource<Entity>;
  readonly #entities = new Map<string, Entity>();
  #known = { version: 0, versionID: "" };
  /** Number of full syncs. */
  fullSyncs = 0;

  constructor(source: ReplicaSource<Entity>) {
    this.#source = source;
  }

  async sync(): Promise<void> {
    const changes = await this.#source.incremental(this.#known);
    const { version, versionID } = changes;
    this.#known = { version, versionID };
    if (changes.full) {
      this.fullSyncs++;
      this.#entities.clear();
      this.#take(await this.#source.all());
      return;
    }
    this.#take([...(changes.insert ?? []), ...(changes.update ?? [])]);
    for (const id of changes.delete ?? []) this.#entities.delete(id);
  }

  /** Syncs, then compares with what there is. */
  async agrees(): Promise<void> {
    await this.sync();
    const byID = (entities: Iterable<Entity>): [string, Entity][] =>
      [...entities]
        .map((each): [string, Entity] => [this.#source.idOf(each), each])
        .sort(([a], [b]) => (a < b ? -1 : 1));
    const fresh = await this.#source.all();
    expect(byID(this.#entities.values())).toEqual(byID(fresh));
  }

  #take(entities: readonly Entity[]): void {
    for (const entity of entities)
      this.#entities.set(this.#source.idOf(entity), entity);
  }
}
