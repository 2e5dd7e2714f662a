//! The look: what a file would bring. It writes nothing.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};

use tern_domain::history_import::{HistoryText, RowProblem, newest_keyword};
use tern_domain::{Channel, ConversationKey, PhoneNumber, UtcMillis};
use tern_store::{BroughtText, HistoryStanding, ReadConn, Store, StoreError};

use super::{HistoryLook, HistorySource, MOST_ROWS, name_of, open, too_many_rows};
use crate::dto::{HistoryCheckView, HistoryNumberView, JobUnit, LeftOutRows};
use crate::jobs::{Job, JobEnd};
use crate::words;

/// Texts compared in one read.
const BATCH: usize = 200;
/// Lines told of each reason.
const MOST_LINES: usize = 50;
/// Our numbers told of.
const MOST_NUMBERS: usize = 100;

/// What has been found so far. Of conversations and customers only a hash is remembered.
#[derive(Default)]
struct Found {
    rows: u64,
    texts: u64,
    duplicates: u64,
    deleted: u64,
    seen: HashSet<u64>,
    conversations: HashMap<u64, bool>,
    people: HashMap<u64, Known>,
    left_out: BTreeMap<RowProblem, (u64, Vec<u64>)>,
    numbers: BTreeMap<PhoneNumber, u64>,
    keywords: BTreeMap<ConversationKey, tern_domain::history_import::KeywordSeen>,
    span: Option<(UtcMillis, UtcMillis)>,
    first: Option<UtcMillis>,
    last: Option<UtcMillis>,
}

/// Whether a customer is in the directory.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Known {
    Yes,
    /// No, and the file names them.
    Named,
    No,
}

fn hash(of: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    of.hash(&mut hasher);
    hasher.finish()
}

impl Found {
    fn leave_out(&mut self, line: u64, problem: RowProblem) {
        let (count, lines) = self.left_out.entry(problem).or_default();
        *count += 1;
        if lines.len() < MOST_LINES {
            lines.push(line);
        }
    }

    fn read(&mut self, text: &HistoryText) {
        self.first.get_or_insert(text.at);
        self.last = Some(text.at);
        newest_keyword(&mut self.keywords, text);
        let count = self.numbers.len();
        if count < MOST_NUMBERS || self.numbers.contains_key(&text.key.provider) {
            *self.numbers.entry(text.key.provider.clone()).or_default() += 1;
        }
    }

    fn compare(&mut self, conn: &ReadConn<'_>, batch: &[BroughtText]) -> Result<(), StoreError> {
        for BroughtText { text, .. } in batch {
            if !self.seen.insert(hash(&ReadConn::history_text_id(text))) {
                self.duplicates += 1;
                continue;
            }
            let is_new = match conn.judge_history(text, None)? {
                HistoryStanding::Here => {
                    self.duplicates += 1;
                    continue;
                }
                HistoryStanding::Deleted => {
                    self.deleted += 1;
                    continue;
                }
                HistoryStanding::New => false,
                HistoryStanding::NewConversation => true,
            };
            self.texts += 1;
            self.conversations.insert(hash(&text.key), is_new);
            self.span = Some(self.span.map_or((text.at, text.at), |(from, until)| {
                (from.min(text.at), until.max(text.at))
            }));
            let requester = hash(&text.key.requester);
            let known = match self.people.get(&requester) {
                Some(known) => *known,
                None if conn
                    .find_requester(Channel::Sms, &text.key.requester)?
                    .is_some() =>
                {
                    Known::Yes
                }
                None => match text.key.requester.phone() {
                    Some(number) if !conn.holders_of_number(number)?.is_empty() => Known::Yes,
                    _ => Known::No,
                },
            };
            let can_be_added = text.key.requester.phone().is_some() && !text.name.is_empty();
            let known = if known == Known::No && can_be_added {
                Known::Named
            } else {
                known
            };
            self.people.insert(requester, known);
        }
        Ok(())
    }

    fn blocks(&self, conn: &ReadConn<'_>) -> Result<u64, StoreError> {
        let mut blocks = 0;
        for (key, seen) in &self.keywords {
            let known = match conn.find_conversation(key)? {
                Some(id) => conn.load_conversation(id)?.opt_out,
                None => tern_domain::OptOut::NEVER,
            };
            blocks += u64::from(seen.block(known).is_some());
        }
        Ok(blocks)
    }

    fn view(&self, id: &str, source: &HistorySource, blocks: u64) -> HistoryCheckView {
        let count = |count: usize| u64::try_from(count).unwrap_or(u64::MAX);
        let people = |kind: Known| count(self.people.values().filter(|it| **it == kind).count());
        let new = count(
            self.conversations
                .values()
                .filter(|is_new| **is_new)
                .count(),
        );
        HistoryCheckView {
            id: id.to_owned(),
            file: name_of(&source.path),
            rows: self.rows,
            texts: self.texts,
            new_conversations: new,
            known_conversations: count(self.conversations.len()) - new,
            new_people: if source.add_people {
                people(Known::Named)
            } else {
                0
            },
            known_people: people(Known::Yes),
            duplicates: self.duplicates,
            deleted: self.deleted,
            blocks,
            left_out: self
                .left_out
                .iter()
                .map(|(problem, (count, lines))| LeftOutRows {
                    words: words::sentence(problem),
                    count: *count,
                    on_purpose: problem.is_on_purpose(),
                    lines: lines.clone(),
                })
                .collect(),
            from: self.span.map(|(from, _)| from.0),
            until: self.span.map(|(_, until)| until.0),
            numbers: self
                .numbers
                .iter()
                .map(|(number, texts)| HistoryNumberView {
                    number: number.display_international(),
                    texts: *texts,
                    is_connected: source.own.contains(number),
                })
                .collect(),
        }
    }
}

/// Looks through a whole file.
pub(crate) fn check(
    store: &Store,
    source: &HistorySource,
    id: &str,
    now: UtcMillis,
    job: &Job,
) -> Result<HistoryLook, JobEnd> {
    let (mut rows, stamp) = open(&source.path)?;
    let reader = source.reader(now)?;
    job.step(
        "Looking through the file",
        JobUnit::Bytes,
        Some(stamp.length),
    )?;
    let mut found = Found::default();
    let mut batch = Vec::with_capacity(BATCH);
    let mut is_over = false;
    while !is_over {
        match rows.next()? {
            None => is_over = true,
            Some(row) => {
                found.rows += 1;
                if found.rows > MOST_ROWS {
                    return Err(too_many_rows().into());
                }
                let read =
                    row.and_then(|row| reader.read(&row).map_err(|problem| (row.line, problem)));
                match read {
                    Ok(text) => {
                        let screened = source.screened(text);
                        found.read(&screened.text);
                        batch.push(screened);
                    }
                    Err((line, problem)) => found.leave_out(line, problem),
                }
            }
        }
        if batch.len() == BATCH || is_over || found.rows.is_multiple_of(2000) {
            let texts = std::mem::take(&mut batch);
            found = store
                .read_blocking(move |conn| {
                    found.compare(conn, &texts)?;
                    Ok(found)
                })
                .map_err(|error| words::store(&error))?;
            job.done(rows.read_bytes())?;
        }
    }
    let (found, blocks) = store
        .read_blocking(move |conn| {
            let blocks = found.blocks(conn)?;
            Ok((found, blocks))
        })
        .map_err(|error| words::store(&error))?;
    Ok(HistoryLook {
        source: source.clone(),
        stamp,
        newest_first: found.first > found.last,
        view: found.view(id, source, blocks),
    })
}
