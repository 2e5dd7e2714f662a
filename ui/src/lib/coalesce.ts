/**
 * Runs an asynchronous job at most once at a time; requests that come meanwhile are answered by one
 * more run. A storm of change events so becomes two queries, not a hundred.
 */
export function coalesce(run: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | null = null;
  let again = false;

  async function loop(): Promise<void> {
    do {
      again = false;
      await run();
    } while (again);
  }

  return () => {
    if (running) {
      again = true;
      return running;
    }
    running = loop().finally(() => {
      running = null;
    });
    return running;
  };
}

/** Calls `run` once things have been quiet for a while; `flush` does it now, `cancel` never. */
export function debounce(run: () => void, milliseconds: number): { (): void; flush(): void; cancel(): void } {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const later = () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      timer = undefined;
      run();
    }, milliseconds);
  };
  return Object.assign(later, {
    flush() {
      if (timer === undefined) return;
      clearTimeout(timer);
      timer = undefined;
      run();
    },
    cancel() {
      clearTimeout(timer);
      timer = undefined;
    },
  });
}
