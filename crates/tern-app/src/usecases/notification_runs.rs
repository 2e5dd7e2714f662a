//! Runs of notifications: sending one, pausing, resuming, and what became of each recipient.

use jiff::Timestamp;
use tern_domain::NotificationRunId;
use tern_domain::notification::{
    NotificationRun, RecipientState, RunCause, RunRecipient, RunState, Trigger,
};
use tern_store::{ReadConn, StoreError};

use super::desk::zoned;
use super::inbox::is_offline;
use super::notifications::not_active;
use super::subscriptions::harmless;
use crate::app::App;
use crate::dto::{
    NotificationRef, RunPage, RunRef, RunResultRow, RunResults, RunView, SendNotification,
    TranscriptFile,
};
use crate::error::{ApiError, ErrorCode};
use crate::view::notification as view;
use crate::words;

/// Runs and recipients of one page.
const PAGE: u32 = 100;
/// Recipients of one page of a file.
const FILE_PAGE: u32 = 500;
/// Longest thing that is said about an event.
const LONGEST_PARM: usize = 300;

impl App {
    /// Says that something happened: a notification is sent to everybody whom it is for.
    ///
    /// # Errors
    /// [`ErrorCode::NotAllowed`] for one that is switched off or that rows send.
    pub async fn send_notification(&self, request: SendNotification) -> Result<RunView, ApiError> {
        let id = words::id(&request.id)?;
        let parms = [request.parm1, request.parm2].map(|parm| parm.trim().to_owned());
        if parms.iter().any(|parm| parm.chars().count() > LONGEST_PARM) {
            return Err(ApiError::new(
                ErrorCode::InvalidInput,
                "What is said about it is too long.",
                "Keep it to 300 characters.",
            ));
        }
        let desk = self.desk()?;
        let (by, now) = (desk.agent(), desk.now());
        self.change_notifications(&desk, move |tx| {
            let Some(notification) = tx.find_notification(id)? else {
                return Ok(Err(words::gone("notification")));
            };
            if !notification.is_active {
                return Ok(Err(not_active()));
            }
            if notification.trigger != Trigger::Event {
                return Ok(Err(ApiError::new(
                    ErrorCode::NotAllowed,
                    "Rows of a table send this notification.",
                    "Change a row, or let people send it.",
                )));
            }
            let run = tx.start_notification_run(id, &RunCause::Event { by, parms }, now)?;
            found(tx, run).map(|run| run.map(|(run, _)| run))
        })
        .await
    }

    /// The newest runs of a notification, newest first.
    ///
    /// # Errors
    /// [`ErrorCode::NotAllowed`] for anybody but an administrator.
    pub async fn notification_runs(
        &self,
        request: NotificationRef,
    ) -> Result<Vec<RunView>, ApiError> {
        let id = words::id(&request.id)?;
        let desk = self.desk()?;
        self.must_administer(&desk).await?;
        desk.store
            .read(move |conn| {
                conn.list_notification_runs(id, None, PAGE)?
                    .iter()
                    .map(|run| Ok(view::run(run, conn.count_run_recipients(run.id)?)))
                    .collect()
            })
            .await
            .map_err(|error: StoreError| words::store(&error))
    }

    /// Pauses a run: nobody gets anything until it is resumed. What is in the outbox already leaves.
    ///
    /// # Errors
    /// [`ErrorCode::NotAllowed`] for one that is done.
    pub async fn pause_run(&self, request: RunRef) -> Result<RunView, ApiError> {
        self.turn_run(request, RunState::Paused).await
    }

    /// Resumes a run.
    ///
    /// # Errors
    /// [`ErrorCode::NotAllowed`] for one that is done.
    pub async fn resume_run(&self, request: RunRef) -> Result<RunView, ApiError> {
        self.turn_run(request, RunState::Running).await
    }

    async fn turn_run(&self, request: RunRef, state: RunState) -> Result<RunView, ApiError> {
        let id = NotificationRunId(request.run);
        let desk = self.desk()?;
        self.change_notifications(&desk, move |tx| {
            match found(tx, id)? {
                Err(gone) => return Ok(Err(gone)),
                Ok((_, run)) if run.state == RunState::Done => {
                    return Ok(Err(ApiError::new(
                        ErrorCode::NotAllowed,
                        "Everybody has been dealt with already.",
                        "",
                    )));
                }
                Ok(_) => tx.set_run_state(id, state)?,
            }
            found(tx, id).map(|run| run.map(|(run, _)| run))
        })
        .await
    }

    /// A page of what became of a run's recipients.
    ///
    /// # Errors
    /// [`ErrorCode::NotFound`].
    pub async fn run_results(&self, request: RunResults) -> Result<RunPage, ApiError> {
        let id = NotificationRunId(request.run);
        let desk = self.desk()?;
        self.must_administer(&desk).await?;
        let state = request.state.map(view::state_word);
        let offline = is_offline(&desk);
        desk.store
            .read(move |conn| {
                let run = match found(conn, id)? {
                    Ok((run, _)) => run,
                    Err(gone) => return Ok(Err(gone)),
                };
                let (found, has_more) = conn.list_run_recipients(id, state, request.after, PAGE)?;
                let next = found.last().filter(|_| has_more).map(|last| last.place);
                let rows = found
                    .iter()
                    .map(|it| row(conn, it, offline))
                    .collect::<Result<_, _>>()?;
                Ok(Ok(RunPage { run, rows, next }))
            })
            .await
            .map_err(|error| words::store(&error))?
    }

    /// What became of a run's recipients as a file.
    ///
    /// # Errors
    /// [`ErrorCode::NotFound`].
    pub async fn export_run(&self, request: RunRef) -> Result<TranscriptFile, ApiError> {
        let id = NotificationRunId(request.run);
        let desk = self.desk()?;
        self.must_administer(&desk).await?;
        let offline = is_offline(&desk);
        let today = zoned(desk.now()).strftime("%Y-%m-%d").to_string();
        let content = desk
            .store
            .read(move |conn| match found(conn, id)? {
                Ok(_) => table(conn, id, offline).map(Ok),
                Err(gone) => Ok(Err(gone)),
            })
            .await
            .map_err(|error| words::store(&error))??;
        Ok(TranscriptFile {
            file_name: format!("tern-notification-{today}.csv"),
            content_type: "text/csv".to_owned(),
            content,
        })
    }
}

fn found(
    conn: &ReadConn<'_>,
    id: NotificationRunId,
) -> Result<Result<(RunView, NotificationRun), ApiError>, StoreError> {
    let Some(run) = conn.find_notification_run(id)? else {
        return Ok(Err(words::gone("sending")));
    };
    Ok(Ok((view::run(&run, conn.count_run_recipients(id)?), run)))
}

fn row(
    conn: &ReadConn<'_>,
    recipient: &RunRecipient,
    offline: bool,
) -> Result<RunResultRow, StoreError> {
    let number = match recipient.conversation {
        Some(id) => conn
            .load_conversation(id)?
            .key
            .requester
            .display_international(),
        None => String::new(),
    };
    let name = match (recipient.person, &recipient.number) {
        (Some(person), _) => view::name_of(conn, person)?,
        (None, Some(number)) => number.display_international(),
        (None, None) => String::new(),
    };
    let (state, words) = view::state(recipient.state);
    let sent = match recipient.state {
        RecipientState::Sent { message } => conn.find_message(message)?,
        _ => None,
    };
    // What became of a text after it joined the outbox is known there, and to the carrier.
    let delivery = sent.map(|text| view::delivered(&text, offline));
    let words = match &delivery {
        Some(delivery) => view::told(delivery),
        None => words.to_owned(),
    };
    Ok(RunResultRow {
        place: recipient.place,
        name,
        number,
        state,
        words,
        mark: delivery.map(|delivery| delivery.mark),
        at: recipient.at.map(|at| at.0),
        conversation_id: recipient.conversation.map(|id| id.0),
    })
}

/// A table for a spreadsheet. What could be taken for a formula there gets an apostrophe.
fn table(conn: &ReadConn<'_>, id: NotificationRunId, offline: bool) -> Result<String, StoreError> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let mut write = |cells: [&str; 5]| writer.write_record(cells.map(harmless));
    // Writing into memory does not fail; whatever is missing then is seen in the file.
    let mut written = write(["name", "number", "state", "why", "at"]);
    let mut after = None;
    loop {
        let (recipients, has_more) = conn.list_run_recipients(id, None, after, FILE_PAGE)?;
        for recipient in &recipients {
            let row = row(conn, recipient, offline)?;
            let at = row.at.and_then(|at| Timestamp::from_millisecond(at).ok());
            let at = at.map_or_else(String::new, |at| at.to_string());
            let state = view::state_word(row.state);
            written =
                written.and_then(|()| write([&row.name, &row.number, state, &row.words, &at]));
        }
        after = recipients.last().map(|last| last.place);
        if !has_more {
            break;
        }
    }
    if let Err(error) = written {
        tracing::error!(%error, "the result of a notification could not be written as a table");
    }
    let bytes = writer.into_inner().unwrap_or_default();
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}
