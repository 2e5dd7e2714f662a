//! The job that writes an export: pass by pass over what is read, then the signature, the record of who took it, and
//! the file in its place.

use std::fs::File;
use std::io::Write as _;
use std::io::{Seek as _, SeekFrom};

use tern_archive::{
    Chain, Counts, ExportKey, ExportWriter, LineChain, Page, PageHead, PartFile, Range, Table,
    What, WriteError, hash_of,
};
use tern_domain::ConversationId;
use tern_domain::transcript::Transcript;
use tern_engine::{Clock, STEP_TARGET};
use tern_store::{Store, StoreError};

use super::record::record;
use super::refusals::{place_words, write_words};
use super::source::{Besides, Item, Opening, Source};
use super::{ExportPlan, Reads, done_words, instant, leftovers, render};
use crate::dto::JobUnit;
use crate::jobs::{Job, JobEnd, JobResult};
use crate::view::media::is_here;
use crate::words;

/// Lines of a page: as many as a browser shows without effort.
const LINES_OF_A_PAGE: usize = 2_000;
/// Entries of the log read at once.
const ENTRIES: u32 = 500;

/// Steps that the crash suite dies at, each when it is complete.
const PART_MADE: &str = "export.part";
const WRITTEN: &str = "export.written";
const RECORDED: &str = "export.recorded";
const IN_PLACE: &str = "export.in_place";

fn complete(step: &'static str) {
    tracing::info!(target: STEP_TARGET, step);
}

/// Writes one.
pub(crate) fn write(
    store: &Store,
    clock: &dyn Clock,
    plan: &ExportPlan,
    key: &ExportKey,
    part: PartFile,
    job: &Job,
) -> Result<JobResult, JobEnd> {
    leftovers::note(store, part.part()).map_err(|error| words::store(&error))?;
    let name = part.part().to_owned();
    let written = write_part(store, clock, plan, key, part, job);
    // Whatever came of it, nothing is left under that name.
    leftovers::forget(store, &name);
    written
}

fn write_part(
    store: &Store,
    clock: &dyn Clock,
    plan: &ExportPlan,
    key: &ExportKey,
    part: PartFile,
    job: &Job,
) -> Result<JobResult, JobEnd> {
    let file = part.create().map_err(|error| place_words(&error))?;
    complete(PART_MADE);
    let mut writing = Writing {
        store,
        plan,
        job,
        export: ExportWriter::begin(file).map_err(|error| write_words(&error))?,
        counts: Counts::default(),
        range: Range {
            first_position: plan.positions.first.0,
            last_position: plan.positions.last.0,
            ..Range::default()
        },
        read: 0,
    };
    let total = plan.texts.map(|texts| texts.saturating_mul(plan.passes()));
    job.step("Writing texts", JobUnit::Texts, total)?;
    writing.extra()?;
    if plan.pages {
        writing.pages()?;
    }
    if plan.table {
        writing.table()?;
    }
    // After the table: what it counts is what the manifest says.
    if plan.lines {
        writing.lines()?;
    }
    if plan.pictures {
        writing.pictures()?;
    }
    writing.events()?;
    job.step("Signing", JobUnit::Files, None)?;
    let counts = writing.counts;
    let what = writing.what();
    let mut file = writing
        .export
        .finish(what, key)
        .map_err(|error| write_words(&error))?;
    let digest = whole_hash(&mut file).map_err(|error| write_words(&error.into()))?;
    complete(WRITTEN);
    // From here on it is done rather than stopped: the record comes first, so that no file is without one.
    job.close_door()?;
    record(store, clock, plan, counts, digest).map_err(|error| words::store(&error))?;
    complete(RECORDED);
    let place = part.finish(file).map_err(|error| place_words(&error))?;
    complete(IN_PLACE);
    Ok(JobResult {
        message: done_words(counts),
        place: Some(place),
    })
}

fn whole_hash(file: &mut File) -> Result<[u8; 32], std::io::Error> {
    let length = file.seek(SeekFrom::End(0))?;
    hash_of(file, length)
}

struct Writing<'a> {
    store: &'a Store,
    plan: &'a ExportPlan,
    job: &'a Job,
    export: ExportWriter<File>,
    counts: Counts,
    range: Range,
    read: u64,
}

/// A line to be written, and what it was.
struct Told {
    line: tern_archive::Line,
    is_text: bool,
    is_note: bool,
}

impl<'a> Writing<'a> {
    fn what(&self) -> What {
        What {
            exported_at: instant(self.plan.now),
            exported_by: self.plan.name_of(self.plan.agent),
            tern_version: self.plan.version.clone(),
            about: self.plan.about.clone(),
            transcript: match self.plan.transcript {
                Transcript::Internal => "internal",
                Transcript::External => "external",
            }
            .to_owned(),
            counts: self.counts,
            range: self.range.clone(),
            log: Chain {
                entries: self.plan.log.0,
                hash: self
                    .plan
                    .log
                    .1
                    .iter()
                    .map(|byte| format!("{byte:02x}"))
                    .collect(),
            },
        }
    }

    fn extra(&mut self) -> Result<(), JobEnd> {
        for (name, content) in &self.plan.extra {
            let mut file = self
                .export
                .file(name)
                .map_err(|error| write_words(&error))?;
            file.write_all(content.as_bytes())
                .map_err(|error| write_words(&error.into()))?;
            file.finish();
        }
        Ok(())
    }

    /// The next piece that belongs in the transcript.
    fn next(&mut self, source: &mut Source<'a>) -> Result<Option<Told>, JobEnd> {
        loop {
            let Some((whose, item)) = source.next()? else {
                return Ok(None);
            };
            let is_text = matches!(item, Item::Text(_));
            if is_text {
                self.read += 1;
                self.job.done(self.read)?;
            } else {
                self.job.go_on()?;
            }
            if let Some(line) = render::line(self.plan, &whose, &item) {
                return Ok(Some(Told {
                    line,
                    is_text,
                    is_note: matches!(item, Item::Note(_)),
                }));
            }
        }
    }

    /// Each pass tells the same counts.
    fn recount(&mut self) {
        self.counts = Counts {
            attached: self.counts.attached,
            missing: self.counts.missing,
            events: self.counts.events,
            ..Counts::default()
        };
        (self.range.first_at, self.range.last_at) = (None, None);
    }

    fn count(&mut self, told: &Told) {
        self.counts.texts += u64::from(told.is_text);
        self.counts.notes += u64::from(told.is_note);
        if told.is_text {
            let at = &told.line.at;
            let is_before = self.range.first_at.as_ref().is_none_or(|first| at < first);
            if is_before {
                self.range.first_at = Some(at.clone());
            }
            let is_after = self.range.last_at.as_ref().is_none_or(|last| at > last);
            if is_after {
                self.range.last_at = Some(at.clone());
            }
        }
    }

    /// Pages of each conversation, or of what was found.
    fn pages(&mut self) -> Result<(), JobEnd> {
        self.recount();
        let besides = Besides {
            notes: true,
            events: true,
        };
        let exported = format!(
            "{} by {}",
            self.plan.now_words(),
            self.plan.name_of(self.plan.agent)
        );
        for opening in Opening::all(self.plan) {
            let mut source = opening.open(self.store, self.plan, besides)?;
            self.counts.conversations += 1;
            let number = self.counts.conversations;
            let (title, facts) = match source.whose() {
                Some(whose) => (
                    format!(
                        "Conversation with {}",
                        crate::view::conversation::requester(&whose.row)
                    ),
                    vec![
                        ("Number", whose.row.key.requester.display_international()),
                        (
                            "Team’s number",
                            whose.row.key.provider.display_international(),
                        ),
                    ],
                ),
                None => ("Texts that a search found".to_owned(), Vec::new()),
            };
            let with_requester = source.whose().is_none();
            let mut facts = facts;
            facts.push(("Exported", exported.clone()));
            facts.push((
                "Transcript",
                match self.plan.transcript {
                    Transcript::Internal => "internal: for the team only",
                    Transcript::External => "external: what was written to each other",
                }
                .to_owned(),
            ));
            facts.push(("Times", self.plan.zone_words()));
            let facts: Vec<(&str, &str)> = facts
                .iter()
                .map(|(name, value)| (*name, value.as_str()))
                .collect();
            let page_name = |page: u64| format!("{number:04}-{page:03}.html");
            let mut next = self.next(&mut source)?;
            for page_number in 1_u64.. {
                let name = format!("conversations/{}", page_name(page_number));
                let before = page_name(page_number.saturating_sub(1));
                // The writer is lent to the page; what is read meanwhile is put aside first.
                let mut told = Vec::new();
                while told.len() < LINES_OF_A_PAGE {
                    let Some(line) = next.take() else { break };
                    self.count(&line);
                    told.push(line.line);
                    next = self.next(&mut source)?;
                }
                let after = page_name(page_number + 1);
                let file = self
                    .export
                    .file(&name)
                    .map_err(|error| write_words(&error))?;
                let head = PageHead {
                    title: &title,
                    facts: &facts,
                    number: page_number,
                    previous: (page_number > 1).then_some(before.as_str()),
                    root: "../",
                };
                let written = (|| -> Result<(), WriteError> {
                    let mut page = Page::begin(std::io::BufWriter::new(file), head)?;
                    for line in &told {
                        page.line(line, with_requester)?;
                    }
                    let file = page.finish(next.is_some().then_some(after.as_str()))?;
                    file.into_inner()
                        .map_err(|error| error.into_error())?
                        .finish();
                    Ok(())
                })();
                written.map_err(|error| write_words(&error))?;
                if next.is_none() {
                    break;
                }
            }
        }
        Ok(())
    }

    fn lines(&mut self) -> Result<(), JobEnd> {
        let mut chain = LineChain::default();
        self.in_pieces("texts.jsonl", move |piece, told| {
            for line in told {
                piece.push_str(&chain.line(line)?);
            }
            Ok(())
        })
    }

    fn table(&mut self) -> Result<(), JobEnd> {
        let mut is_first = true;
        self.in_pieces("texts.csv", move |piece, told| {
            let mut table = Table::begin(Vec::new(), std::mem::take(&mut is_first))?;
            for line in told {
                table.row(line)?;
            }
            piece.push_str(&String::from_utf8_lossy(&table.finish()?));
            Ok(())
        })
    }

    /// One file of all texts and notes, written piece by piece.
    fn in_pieces(
        &mut self,
        name: &str,
        mut put: impl FnMut(&mut String, &[tern_archive::Line]) -> Result<(), WriteError>,
    ) -> Result<(), JobEnd> {
        self.recount();
        let besides = Besides {
            notes: true,
            events: false,
        };
        let mut file = self
            .export
            .begin_file(name)
            .map_err(|error| write_words(&error))?;
        // Begins the file even where there is nothing to say.
        let mut told = Vec::new();
        let mut flush = |export: &mut ExportWriter<File>, told: &mut Vec<tern_archive::Line>| {
            let mut piece = String::new();
            put(&mut piece, told)?;
            told.clear();
            export.append(&mut file, piece.as_bytes())
        };
        for opening in Opening::all(self.plan) {
            let mut source = opening.open(self.store, self.plan, besides)?;
            self.counts.conversations += 1;
            while let Some(next) = self.next(&mut source)? {
                self.count(&next);
                told.push(next.line);
                if told.len() >= LINES_OF_A_PAGE {
                    flush(&mut self.export, &mut told).map_err(|error| write_words(&error))?;
                }
            }
        }
        flush(&mut self.export, &mut told).map_err(|error| write_words(&error))?;
        self.export.end_file(file);
        Ok(())
    }

    fn pictures(&mut self) -> Result<(), JobEnd> {
        for opening in Opening::all(self.plan) {
            let mut source = opening.open(self.store, self.plan, Besides::NOTHING)?;
            while let Some((whose, item)) = source.next()? {
                self.read += 1;
                self.job.done(self.read)?;
                let Item::Text(text) = &item else { continue };
                let belongs = render::line(self.plan, &whose, &item).is_some();
                if !belongs || text.redacted {
                    continue;
                }
                for number in 0..text.media_count {
                    let medium = text
                        .media
                        .iter()
                        .find(|it| it.ordinal == number && is_here(it));
                    let bytes = match medium {
                        Some(medium) => self.load(medium.id)?,
                        None => None,
                    };
                    let (Some(medium), Some(bytes)) = (medium, bytes) else {
                        self.counts.missing += 1;
                        continue;
                    };
                    let name = render::media_name(text, medium);
                    let mut file = self
                        .export
                        .file(&name)
                        .map_err(|error| write_words(&error))?;
                    file.write_all(&bytes)
                        .map_err(|error| write_words(&error.into()))?;
                    file.finish();
                    self.counts.attached += 1;
                }
            }
        }
        Ok(())
    }

    /// One that was tampered with is missing, and the rest is exported all the same.
    fn load(&self, id: tern_domain::MediaId) -> Result<Option<Vec<u8>>, JobEnd> {
        match self
            .store
            .read_blocking(move |conn| conn.load_media_file(id))
        {
            Ok(file) => Ok(file.map(|it| it.bytes)),
            Err(StoreError::MediaTampered) => Ok(None),
            Err(error) => Err(words::store(&error).into()),
        }
    }

    /// What the log has about the conversations; nothing where only texts were looked for.
    fn events(&mut self) -> Result<(), JobEnd> {
        let Reads::Conversations(ids) = &self.plan.reads else {
            return Ok(());
        };
        let mut file = self
            .export
            .begin_file("events.jsonl")
            .map_err(|error| write_words(&error))?;
        let mut chain = LineChain::default();
        for id in ids {
            let mut after = 0;
            loop {
                let entries = self.entries(*id, after)?;
                let Some(last) = entries.last() else { break };
                after = last.event.sequence;
                let mut piece = String::new();
                for entry in &entries {
                    self.job.go_on()?;
                    let line = chain
                        .line(&render::log_entry(self.plan, entry))
                        .map_err(|error| write_words(&error.into()))?;
                    piece.push_str(&line);
                    self.counts.events += 1;
                }
                self.export
                    .append(&mut file, piece.as_bytes())
                    .map_err(|error| write_words(&error))?;
            }
        }
        self.export.end_file(file);
        Ok(())
    }

    fn entries(
        &self,
        id: ConversationId,
        after: i64,
    ) -> Result<Vec<tern_store::StoredEvent>, JobEnd> {
        let up_to = self.plan.log.0;
        self.store
            .read_blocking(move |conn| conn.list_log_of(id, after, up_to, ENTRIES))
            .map_err(|error| words::store(&error).into())
    }
}
