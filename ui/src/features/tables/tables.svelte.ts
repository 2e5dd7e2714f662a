/** The tables of a team and the rows of the open one, and every change with its way back. */
import { toApiError, type ApiError, type Backend, type RecordRowView, type RecordTableView, type Request, type TablesChanged } from '../../ipc';
import { debounce } from '../../lib/coalesce';
import { inOneLine } from '../../lib/errors';
import type { Toasts } from '../../ui';

const PAGE = 50;
const ASK_AFTER = 80;

export class TablesStore {
  tables = $state.raw<RecordTableView[] | null>(null);
  openName = $state<string | null>(null);
  rows = $state.raw<RecordRowView[]>([]);
  total = $state(0);
  next = $state<number | null>(null);
  query = $state('');
  loadedRows = $state(false);
  error = $state<ApiError | null>(null);

  readonly #backend: Backend;
  readonly #toasts: Toasts;
  readonly #soon: ReturnType<typeof debounce>;
  /** Tells a late answer from the one that was asked for last. */
  #asked = 0;

  constructor(backend: Backend, toasts: Toasts) {
    this.#backend = backend;
    this.#toasts = toasts;
    this.#soon = debounce(() => void this.#loadRows(), ASK_AFTER);
  }

  get open(): RecordTableView | null {
    return this.tables?.find((table) => table.name === this.openName) ?? null;
  }

  async load(): Promise<void> {
    try {
      this.tables = await this.#backend.call('list_record_tables');
    } catch (thrown) {
      this.error = toApiError(thrown);
    }
  }

  async show(name: string | null): Promise<void> {
    this.openName = name;
    [this.query, this.rows, this.total, this.next, this.loadedRows, this.error] = ['', [], 0, null, false, null];
    if (name !== null) await this.#loadRows();
  }

  search(query: string): void {
    this.query = query;
    this.#soon();
  }

  async more(): Promise<void> {
    if (this.next !== null) await this.#loadRows(this.next);
  }

  /** Adds a table or changes one; rejects with an `ApiError` for the form. */
  async saveTable(table: Request<'save_record_table'>): Promise<void> {
    const before = this.open;
    await this.#changed(await this.#backend.call('save_record_table', table), `“${table.displayName.trim()}” saved`, before?.name ?? null);
    await this.show(table.name);
  }

  async deleteTable(table: RecordTableView): Promise<void> {
    try {
      await this.#changed(await this.#backend.call('delete_record_table', { name: table.name }), `“${table.displayName}” deleted`, table.name);
      await this.show(null);
    } catch (thrown) {
      this.error = toApiError(thrown);
    }
  }

  /** Adds a row or changes one; rejects with an `ApiError` for the form. */
  async saveRow(id: string | null, cells: Record<string, string>): Promise<void> {
    if (this.openName === null) return;
    const saved = await this.#backend.call('save_row', { table: this.openName, id, cells });
    await this.refresh();
    this.#offer(id === null ? 'Row added' : 'Row changed', saved.undo);
  }

  async deleteRow(row: RecordRowView): Promise<void> {
    if (this.openName === null) return;
    try {
      const { undo } = await this.#backend.call('delete_row', { table: this.openName, id: row.id });
      await this.refresh();
      this.#offer('Row deleted', undo);
    } catch (thrown) {
      this.error = toApiError(thrown);
    }
  }

  async imported(words: string, undo: string | null): Promise<void> {
    await this.refresh();
    if (undo === null) this.#toasts.show(words);
    else this.#offer(words, undo);
  }

  /** Asks again for the tables and as many rows as are shown. */
  async refresh(): Promise<void> {
    await this.load();
    if (this.openName !== null) await this.#loadRows(null, Math.max(PAGE, this.rows.length));
  }

  #offer(words: string, undo: string, reopen: string | null = null): void {
    const takeBack = async () => {
      try {
        await this.#backend.call('undo_change', { undo });
        this.#toasts.show('Taken back');
        await this.load();
        if (reopen !== null && this.openName === null) await this.show(reopen);
        else await this.refresh();
        if (this.open === null) this.openName = null;
      } catch (thrown) {
        this.#toasts.show(inOneLine(toApiError(thrown)), { tone: 'bad' });
      }
    };
    this.#toasts.show(words, { stays: 10_000, action: { label: 'Undo', run: () => void takeBack() } });
  }

  #changed(changed: TablesChanged, words: string, reopen: string | null): void {
    this.tables = changed.tables;
    if (changed.undo !== null) this.#offer(words, changed.undo, reopen);
  }

  async #loadRows(after: number | null = null, limit = PAGE): Promise<void> {
    const table = this.openName;
    if (table === null) return;
    this.#asked += 1;
    const asked = this.#asked;
    try {
      const page = await this.#backend.call('list_rows', { table, search: this.query, after, limit: Math.min(limit, 200) });
      if (asked !== this.#asked) return;
      this.rows = after === null ? page.rows : [...this.rows, ...page.rows];
      [this.total, this.next, this.loadedRows, this.error] = [page.total, page.next, true, null];
    } catch (thrown) {
      this.error = toApiError(thrown);
    }
  }
}
