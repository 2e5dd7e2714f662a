//! Where the app stands, for the first screen and the status bar.

use tern_engine::{BackfillProgress as Progress, BackfillState as Running, ConnectionState};
use tern_store::StoreError;

use crate::app::App;
use crate::dto::{AppStatus, BackfillProgress, BackfillState, Connection, StartBackfill};
use crate::error::ApiError;
use crate::line::Link;
use crate::stage::Stage;
use crate::words;

impl App {
    /// Where the app stands.
    ///
    /// # Errors
    /// [`ErrorCode::Storage`](crate::ErrorCode::Storage) when the open file cannot be read.
    pub async fn app_status(&self) -> Result<AppStatus, ApiError> {
        let revision = self.revision();
        let stage = self.stage();
        let mut status = AppStatus {
            phase: stage.phase(),
            line: stage.line(),
            connection: Connection::NotConnected,
            backfill: None,
            revision,
            waiting_to_send: 0,
            uncertain_sends: 0,
            version: self.inner.config.version.clone(),
            file_damaged: false,
            provider_numbers: Vec::new(),
            can_lock: false,
            webhooks: None,
        };
        if let Stage::Ready(desk) = &stage
            && self.is_locked()
        {
            status.phase = self.locked_phase(desk).await?;
            return Ok(status);
        }
        if let Stage::Ready(desk) = stage {
            status.can_lock = self.inner.lock.has_key();
            let link = desk.link();
            status.connection = connection(&link);
            status.backfill = link
                .engine
                .as_ref()
                .and_then(|engine| engine.backfill())
                .map(backfill);
            if let Some(credential) = &link.credential {
                status.webhooks = self.webhooks(&self.settings().await?, credential);
            }
            status.provider_numbers = link.numbers.iter().map(|own| own.view()).collect();
            match desk.store.read(|conn| conn.outbox_counts()).await {
                Ok(counts) => {
                    status.waiting_to_send = counts.waiting;
                    status.uncertain_sends = counts.uncertain;
                }
                // The status has to come all the same: it is what offers the way out.
                Err(StoreError::Damaged { .. }) => {}
                Err(error) => return Err(words::store(&error)),
            }
            status.file_damaged = desk.store.is_damaged();
        }
        Ok(status)
    }

    /// Fetches the past, so many days back.
    ///
    /// # Errors
    /// [`ErrorCode::NotReady`](crate::ErrorCode::NotReady) without a link to the carrier.
    pub async fn start_backfill(&self, request: StartBackfill) -> Result<AppStatus, ApiError> {
        let desk = self.desk()?;
        let engine = desk.engine().ok_or_else(words::not_ready)?;
        let until = request
            .days
            .map(|days| desk.now() - tern_domain::Millis::days(days.into()));
        engine
            .start_backfill(until)
            .await
            .map_err(|error| words::backfill(&error))?;
        self.app_status().await
    }

    /// Stops fetching the past.
    ///
    /// # Errors
    /// As [`App::start_backfill`].
    pub async fn cancel_backfill(&self) -> Result<AppStatus, ApiError> {
        let engine = self.desk()?.engine().ok_or_else(words::not_ready)?;
        engine
            .cancel_backfill()
            .await
            .map_err(|error| words::backfill(&error))?;
        self.app_status().await
    }
}

fn connection(link: &Link) -> Connection {
    let Some(engine) = &link.engine else {
        return match link.trouble.clone() {
            Some(error) => Connection::Refused { error },
            None => Connection::NotConnected,
        };
    };
    match engine.connection() {
        ConnectionState::Connecting => Connection::Connecting,
        ConnectionState::Online => Connection::Online,
        ConnectionState::Offline { since } => Connection::Offline { since: since.0 },
        ConnectionState::Refused { code, .. } => {
            let mut error = words::credentials_refused();
            error.carrier_code = code;
            Connection::Refused { error }
        }
        ConnectionState::Troubled { code, .. } => Connection::Troubled {
            error: words::carrier_trouble(code),
        },
    }
}

fn backfill(progress: Progress) -> BackfillProgress {
    BackfillProgress {
        state: match progress.state {
            Running::Running => BackfillState::Running,
            Running::Paused => BackfillState::Paused,
            Running::Finished => BackfillState::Finished,
            Running::Cancelled => BackfillState::Cancelled,
            Running::Failed { code } => BackfillState::Failed {
                error: words::carrier_trouble(code),
            },
        },
        fetched: progress.fetched,
        reached: progress.reached.map(|at| at.0),
        until: progress.until.map(|at| at.0),
        per_minute: progress.pace.map(|pace| pace.per_minute),
        left: progress.pace.and_then(|pace| pace.left).map(|left| left.0),
    }
}
