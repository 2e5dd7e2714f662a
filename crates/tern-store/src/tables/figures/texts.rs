//! Texts in the figures: each is counted once, and a text that changed afterwards is taken out as it was counted and
//! counted as it is now.

use std::collections::HashMap;

use rusqlite::{OptionalExtension as _, Row, params};
use tern_domain::{ConversationId, DeliveryStatus, MessagePosition, UtcMillis};

use super::{Dirty, HOUR, Marks, QUARTER};
use crate::error::{During as _, StoreError};
use crate::tx::WriteTx;

pub(crate) const NEXT_LIVE: &str = "
    SELECT messages.position, messages.conversation_id, direction, by_bot, author, status, error_code, segments,
        media_count, at, provider_number, channel
    FROM messages JOIN conversations USING (conversation_id)
    WHERE position > max(?1, 0) ORDER BY position LIMIT ?2";
pub(crate) const NEXT_HISTORY: &str = "
    SELECT messages.position, messages.conversation_id, direction, by_bot, author, status, error_code, segments,
        media_count, at, provider_number, channel
    FROM messages JOIN conversations USING (conversation_id)
    WHERE position < min(?1, 1) AND position > -2251799813685248 ORDER BY position DESC LIMIT ?2";
/// Texts of files, in the order in which they were brought in: their positions do not tell what is new.
pub(crate) const NEXT_IMPORTED: &str = "
    SELECT messages.position, messages.conversation_id, direction, by_bot, author, status, error_code, segments,
        media_count, at, provider_number, channel, imported_text_id
    FROM imported_texts JOIN messages USING (position) JOIN conversations USING (conversation_id)
    WHERE imported_text_id > ?1 ORDER BY imported_text_id LIMIT ?2";
pub(crate) const AS_COUNTED: &str = "
    SELECT text_corrections.position, conversation_id, direction, by_bot, author, status, error_code, segments,
        media_count, at, provider_number, channel
    FROM text_corrections JOIN conversations USING (conversation_id) ORDER BY text_corrections.position LIMIT ?1";
pub(crate) const AS_COUNTED_ONE: &str = "
    SELECT text_corrections.position, conversation_id, direction, by_bot, author, status, error_code, segments,
        media_count, at, provider_number, channel
    FROM text_corrections JOIN conversations USING (conversation_id) WHERE text_corrections.position = ?1";
pub(crate) const AS_IT_IS: &str = "
    SELECT messages.position, messages.conversation_id, direction, by_bot, author, status, error_code, segments,
        media_count, at, provider_number, channel
    FROM messages JOIN conversations USING (conversation_id) WHERE position = ?1";
const ADD_TO_QUARTER: &str = "
    INSERT INTO text_figures (quarter, writer, provider_number, channel, texts, segments, pictures, agent)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
    ON CONFLICT DO UPDATE SET texts = texts + excluded.texts, segments = segments + excluded.segments,
        pictures = pictures + excluded.pictures
    RETURNING texts";
const TAKE_QUARTER: &str = "
    DELETE FROM text_figures
    WHERE quarter = ?1 AND writer = ?2 AND provider_number = ?3 AND channel = ?4 AND agent = ?5";
const ADD_TO_HOUR: &str = "
    INSERT INTO text_hours (hour, writer, provider_number, channel, texts, segments, pictures)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
    ON CONFLICT DO UPDATE SET texts = texts + excluded.texts, segments = segments + excluded.segments,
        pictures = pictures + excluded.pictures
    RETURNING texts";
const TAKE_HOUR: &str = "
    DELETE FROM text_hours WHERE hour = ?1 AND writer = ?2 AND provider_number = ?3 AND channel = ?4";

/// What of a text is counted.
pub(super) struct Counted {
    position: i64,
    pub(super) conversation: ConversationId,
    pub(super) at: UtcMillis,
    pub(super) failed: Option<i64>,
    segments: i64,
    pictures: i64,
    pub(super) cell: Cell,
}

/// Which row it is counted in.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Cell {
    /// Quarters of an hour since 1970, or hours.
    pub(super) at: i64,
    pub(super) writer: i64,
    pub(super) agent: Vec<u8>,
    pub(super) provider_number: String,
    pub(super) channel: String,
}

impl Cell {
    /// The row of its hour, which does not say who of the team wrote.
    fn hour(self) -> Self {
        Self {
            at: self.at.div_euclid(HOUR / QUARTER),
            agent: Vec::new(),
            ..self
        }
    }
}

#[derive(Default)]
pub(super) struct Sums {
    pub(super) texts: i64,
    pub(super) segments: i64,
    pub(super) pictures: i64,
}

impl Sums {
    const fn add(&mut self, other: &Self) {
        self.texts += other.texts;
        self.segments += other.segments;
        self.pictures += other.pictures;
    }
}

fn read(row: &Row<'_>) -> Result<Counted, rusqlite::Error> {
    let (inbound, by_bot) = (row.get::<_, i64>(2)? == 0, row.get::<_, bool>(3)?);
    let author: Option<Vec<u8>> = row.get(4)?;
    let writer = match (inbound, by_bot, &author) {
        (true, ..) => 0,
        (false, true, _) => 2,
        (false, false, Some(_)) => 1,
        (false, false, None) => 3,
    };
    let status = DeliveryStatus::parse(row.get_ref(5)?.as_str()?);
    let has_failed = !inbound && status.is_failure();
    let pictures = i64::from(row.get::<_, i64>(8)? > 0);
    let at = UtcMillis(row.get(9)?);
    Ok(Counted {
        position: row.get(0)?,
        conversation: ConversationId(row.get(1)?),
        at,
        failed: has_failed
            .then(|| row.get::<_, Option<i64>>(6).map(Option::unwrap_or_default))
            .transpose()?,
        segments: row.get::<_, i64>(7)? * (1 - pictures),
        pictures,
        cell: Cell {
            at: at.0.div_euclid(QUARTER),
            writer,
            agent: author.filter(|_| writer == 1).unwrap_or_default(),
            provider_number: row.get(10)?,
            channel: row.get(11)?,
        },
    })
}

/// What a step adds to each row of the figures.
#[derive(Default)]
pub(super) struct Sheet(pub(super) HashMap<Cell, Sums>);

impl Sheet {
    pub(super) fn count(&mut self, text: &Counted, sign: i64) {
        let sums = self.0.entry(text.cell.clone()).or_default();
        sums.texts += sign;
        sums.segments += sign * text.segments;
        sums.pictures += sign * text.pictures;
    }
}

impl WriteTx<'_> {
    /// Takes in what changed and what is new. Answers how many texts it was.
    pub(super) fn follow_texts(
        &mut self,
        marks: &mut Marks,
        most: u32,
        dirty: &mut Dirty,
    ) -> Result<usize, StoreError> {
        let mut sheet = Sheet::default();
        let mut counted = self.correct_texts(most, &mut sheet, dirty)?;
        let live = self.next_texts(NEXT_LIVE, marks.live, most)?;
        let left = most.saturating_sub(u32::try_from(live.len()).unwrap_or(most));
        let history = self.next_texts(NEXT_HISTORY, marks.history, left)?;
        let left = left.saturating_sub(u32::try_from(history.len()).unwrap_or(left));
        let imported = self.next_imported(marks.imported, left)?;
        counted += live.len() + history.len() + imported.len();
        marks.live = live.last().map_or(marks.live, |text| text.position);
        marks.history = history.last().map_or(marks.history, |text| text.position);
        marks.imported = imported
            .last()
            .map_or(marks.imported, |(_, number)| *number);
        let imported = imported.iter().map(|(text, _)| text);
        for text in live.iter().chain(&history).chain(imported) {
            self.count_text(text, 1, &mut sheet, dirty)?;
        }
        self.write_sheet(sheet)?;
        Ok(counted)
    }

    fn next_texts(
        &self,
        sql: &'static str,
        mark: i64,
        most: u32,
    ) -> Result<Vec<Counted>, StoreError> {
        const OPERATION: &str = "follow the texts";
        self.prepare(sql, OPERATION)?
            .query_map(params![mark, most], read)
            .and_then(Iterator::collect)
            .during(OPERATION)
    }

    fn next_imported(&self, mark: i64, most: u32) -> Result<Vec<(Counted, i64)>, StoreError> {
        const OPERATION: &str = "follow the texts of files";
        self.prepare(NEXT_IMPORTED, OPERATION)?
            .query_map(params![mark, most], |row| Ok((read(row)?, row.get(12)?)))
            .and_then(Iterator::collect)
            .during(OPERATION)
    }

    /// Takes a text of a file out of the figures as it was counted, if it was: it is taken out of the desk, too.
    pub(crate) fn uncount_imported(
        &mut self,
        number: i64,
        position: MessagePosition,
    ) -> Result<(), StoreError> {
        if number > self.figure_marks()?.imported {
            return Ok(());
        }
        let counted = match self.find_counted(AS_COUNTED_ONE, position.0)? {
            None => self.find_counted(AS_IT_IS, position.0)?,
            counted => counted,
        };
        if let Some(counted) = counted {
            let mut sheet = Sheet::default();
            self.count_text(&counted, -1, &mut sheet, &mut Dirty::default())?;
            self.write_sheet(sheet)?;
        }
        self.forget_correction(position.0)
    }

    /// What is counted of one text: as it is, or as it was when it was counted and has changed since.
    pub(super) fn find_counted(
        &self,
        sql: &'static str,
        position: i64,
    ) -> Result<Option<Counted>, StoreError> {
        const OPERATION: &str = "read what is counted of a text";
        self.prepare(sql, OPERATION)?
            .query_row([position], read)
            .optional()
            .during(OPERATION)
    }

    pub(super) fn forget_correction(&mut self, position: i64) -> Result<(), StoreError> {
        const OPERATION: &str = "count a text again";
        self.prepare(
            "DELETE FROM text_corrections WHERE position = ?1",
            OPERATION,
        )?
        .execute([position])
        .during(OPERATION)?;
        Ok(())
    }

    fn correct_texts(
        &mut self,
        most: u32,
        sheet: &mut Sheet,
        dirty: &mut Dirty,
    ) -> Result<usize, StoreError> {
        const OPERATION: &str = "count texts again";
        let before: Vec<Counted> = self
            .prepare(AS_COUNTED, OPERATION)?
            .query_map([most], read)
            .and_then(Iterator::collect)
            .during(OPERATION)?;
        for text in &before {
            // Whatever deletes a text settles what is counted of it.
            if let Some(now) = self.find_counted(AS_IT_IS, text.position)? {
                self.count_text(text, -1, sheet, dirty)?;
                self.count_text(&now, 1, sheet, dirty)?;
            }
            self.forget_correction(text.position)?;
        }
        Ok(before.len())
    }

    pub(super) fn count_text(
        &mut self,
        text: &Counted,
        sign: i64,
        sheet: &mut Sheet,
        dirty: &mut Dirty,
    ) -> Result<(), StoreError> {
        const OPERATION: &str = "count a failed text";
        sheet.count(text, sign);
        if text.position > 0 {
            dirty.conversation(text.conversation, text.at);
        }
        let Some(code) = text.failed else {
            return Ok(());
        };
        if sign < 0 {
            self.prepare(
                "DELETE FROM failed_texts WHERE at = ?1 AND position = ?2",
                OPERATION,
            )?
            .execute(params![text.at.0, text.position])
            .during(OPERATION)?;
            return Ok(());
        }
        self.prepare(
            "INSERT OR REPLACE INTO failed_texts (at, position, conversation_id, provider_number, channel, agent,
                error_code)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            OPERATION,
        )?
        .execute(params![
            text.at.0,
            text.position,
            text.conversation.0,
            text.cell.provider_number,
            text.cell.channel,
            text.cell.agent,
            code,
        ])
        .during(OPERATION)?;
        Ok(())
    }

    pub(super) fn write_sheet(&mut self, sheet: Sheet) -> Result<(), StoreError> {
        const OPERATION: &str = "add up texts";
        let mut hours = HashMap::<Cell, Sums>::new();
        for (cell, sums) in sheet.0 {
            let left: i64 = self
                .prepare(ADD_TO_QUARTER, OPERATION)?
                .query_row(
                    params![
                        cell.at,
                        cell.writer,
                        cell.provider_number,
                        cell.channel,
                        sums.texts,
                        sums.segments,
                        sums.pictures,
                        cell.agent,
                    ],
                    |row| row.get(0),
                )
                .during(OPERATION)?;
            if left == 0 {
                self.prepare(TAKE_QUARTER, OPERATION)?
                    .execute(params![
                        cell.at,
                        cell.writer,
                        cell.provider_number,
                        cell.channel,
                        cell.agent
                    ])
                    .during(OPERATION)?;
            }
            hours.entry(cell.hour()).or_default().add(&sums);
        }
        for (cell, sums) in hours {
            let left: i64 = self
                .prepare(ADD_TO_HOUR, OPERATION)?
                .query_row(
                    params![
                        cell.at,
                        cell.writer,
                        cell.provider_number,
                        cell.channel,
                        sums.texts,
                        sums.segments,
                        sums.pictures
                    ],
                    |row| row.get(0),
                )
                .during(OPERATION)?;
            if left == 0 {
                self.prepare(TAKE_HOUR, OPERATION)?
                    .execute(params![
                        cell.at,
                        cell.writer,
                        cell.provider_number,
                        cell.channel
                    ])
                    .during(OPERATION)?;
            }
        }
        Ok(())
    }
}
