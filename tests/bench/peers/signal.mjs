// The store under Signal Desktop, with the same rows and the same questions.
//
// Usage: node signal.mjs FOLDER, where FOLDER has rows.jsonl (oldest first) and questions.json.
// Prints one JSON document. The store is given its best: rows come oldest first, so that the newest fifty are
// the first fifty of the index read backwards, and nothing is joined that the question does not need.
import { createReadStream, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Database } from '@signalapp/sqlcipher';

const WARM_UP = 50;
const BATCH = 1000;
const folder = process.argv[2];
const path = join(folder, 'signal.db');

function open() {
  const db = new Database(path, { cacheStatements: true });
  db.pragma(`key = "x'${'5a'.repeat(32)}'"`);
  db.initTokenizer();
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = FULL');
  db.pragma('cache_size = -16384');
  return db;
}

/** Milliseconds, rounded to a thousandth. */
function since(begin) {
  return Math.round(Number(process.hrtime.bigint() - begin) / 1000) / 1000;
}

async function insert(db) {
  db.exec(`
    CREATE TABLE messages (
      rowid INTEGER PRIMARY KEY,
      id TEXT NOT NULL UNIQUE,
      conversation INTEGER NOT NULL,
      outgoing INTEGER NOT NULL,
      at INTEGER NOT NULL,
      body TEXT NOT NULL
    );
    CREATE INDEX messages_by_conversation ON messages (conversation, at);
    CREATE VIRTUAL TABLE messages_fts USING fts5 (body, tokenize = 'signal_tokenizer');
  `);
  const row = db.prepare('INSERT INTO messages (rowid, id, conversation, outgoing, at, body) VALUES (?, ?, ?, ?, ?, ?)');
  const index = db.prepare('INSERT INTO messages_fts (rowid, body) VALUES (?, ?)');
  let [count, spent, batch] = [0, 0, []];
  const store = () => {
    const begin = process.hrtime.bigint();
    db.exec('BEGIN');
    for (const { id, conversation, outgoing, at, body } of batch) {
      count += 1;
      row.run([count, id, conversation, outgoing ? 1 : 0, at, body]);
      index.run([count, body]);
    }
    db.exec('COMMIT');
    spent += since(begin);
    batch = [];
  };
  for await (const line of createInterface({ input: createReadStream(join(folder, 'rows.jsonl')) })) {
    batch.push(JSON.parse(line));
    if (batch.length === BATCH) store();
  }
  if (batch.length > 0) store();
  return (count * 1000) / spent;
}

/** Words in quotes, so that none is an operator; the last one may go on. */
function expression({ words, phrase, open }) {
  if (phrase) return `"${words.join(' ')}"`;
  return words.map((word, index) => `"${word}"${open && index === words.length - 1 ? '*' : ''}`).join(' ');
}

function percentile(sorted, percent) {
  return sorted[Math.max(0, Math.ceil((sorted.length * percent) / 100) - 1)];
}

function ask(db, questions) {
  const statement = db.prepare(`
    SELECT messages.id, messages.conversation, messages.outgoing, messages.at,
      snippet(messages_fts, 0, '<', '>', '…', 24) AS snippet
    FROM messages_fts JOIN messages ON messages.rowid = messages_fts.rowid
    WHERE messages_fts MATCH ? ORDER BY messages_fts.rowid DESC LIMIT 50`);
  const once = (question) => {
    const begin = process.hrtime.bigint();
    const rows = statement.all([expression(question)]);
    return [since(begin), rows.length];
  };
  return questions.map(({ name, asked }) => {
    for (const question of asked.slice(0, WARM_UP)) once(question);
    const answers = asked.map(once);
    const times = answers.map(([time]) => time).sort((a, b) => a - b);
    const hits = answers.reduce((sum, [, count]) => sum + count, 0);
    return { name, p50: percentile(times, 50), p99: percentile(times, 99), hits };
  });
}

const questions = JSON.parse(readFileSync(join(folder, 'questions.json'), 'utf8'));
let db = open();
const rate = await insert(db);
db.close();
db = open();
const classes = ask(db, questions);
db.close();
console.log(JSON.stringify({ rate, classes }));
