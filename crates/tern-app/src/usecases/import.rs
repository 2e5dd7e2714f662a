//! People from a file: first what it would do, then all of it or nothing.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use tern_domain::{Person, PersonId};
use tern_store::{ReadConn, StoreError};

use crate::app::App;
use crate::directory::PersonChange;
use crate::dto::{ImportPeople, ImportReport, ImportVerdict};
use crate::error::ApiError;
use crate::import::{self, Defaults, Outcome, ReadFile};
use crate::view::person;
use crate::words;

/// People read at once while comparing.
const CHUNK: u32 = 500;

impl App {
    /// Brings people in from a CSV or vCard file in one transaction, or only says what that would do.
    ///
    /// # Errors
    /// [`ErrorCode::InvalidInput`](crate::ErrorCode::InvalidInput) for a file that cannot be read as either.
    pub async fn import_people(&self, request: ImportPeople) -> Result<ImportReport, ApiError> {
        let desk = self.desk()?;
        let bytes = STANDARD
            .decode(&request.base64)
            .map_err(|_| ApiError::bad_request("the file is not base64"))?;
        let defaults = Defaults {
            territory: self.default_territory(&desk).await?,
            kind: person::kind(request.kind),
        };
        let file = import::read(&request.file_name, &bytes)?;
        if !request.apply {
            let (file, outcomes) = desk
                .store
                .read(move |conn| {
                    let outcomes = import::compare(&file.rows, everybody(conn)?, defaults);
                    Ok((file, outcomes))
                })
                .await
                .map_err(|error| words::store(&error))?;
            return Ok(report(file, outcomes, None));
        }
        let (tell, told) = tokio::sync::oneshot::channel();
        let undo = self
            .change_directory(&desk, move |write| {
                // Compared again within the transaction: what the agent saw may have changed since.
                let mut outcomes = import::compare(&file.rows, everybody(write.tx)?, defaults);
                let changes = outcomes
                    .iter_mut()
                    .filter_map(|outcome| outcome.change.take())
                    .map(|(known, details)| PersonChange {
                        id: known.unwrap_or_else(|| PersonId::next(write.ids)),
                        to: Some(details),
                    })
                    .collect();
                let changed = write.change_people(changes)?;
                // Nobody listens only if the caller is gone.
                let _unheard = tell.send((file, outcomes));
                Ok(changed)
            })
            .await?;
        let (file, outcomes) = told.await.map_err(|_| ApiError::internal())?;
        let mut done = report(file, outcomes, undo);
        done.applied = true;
        Ok(done)
    }
}

fn everybody(conn: &ReadConn<'_>) -> Result<Vec<Person>, StoreError> {
    let mut people = Vec::new();
    let mut after = None;
    loop {
        let page = conn.list_people("", after.as_ref(), CHUNK)?;
        people.extend(page.people);
        after = page.next;
        if after.is_none() {
            return Ok(people);
        }
    }
}

fn report(file: ReadFile, outcomes: Vec<Outcome>, undo: Option<String>) -> ImportReport {
    let rows: Vec<_> = outcomes.into_iter().map(|outcome| outcome.shown).collect();
    let count = |verdict: ImportVerdict| {
        let found = rows.iter().filter(|row| row.verdict == verdict).count();
        u32::try_from(found).unwrap_or(u32::MAX)
    };
    ImportReport {
        format: file.format.to_owned(),
        encoding: file.encoding.to_owned(),
        ignored_columns: file.ignored_columns,
        new: count(ImportVerdict::New),
        changed: count(ImportVerdict::Changed),
        same: count(ImportVerdict::Same),
        duplicate: count(ImportVerdict::Duplicate),
        broken: count(ImportVerdict::Broken),
        rows,
        applied: false,
        undo,
        looked: None,
    }
}
