//! The tray of long jobs: what runs, stopping it, and putting away what came of it.

use std::path::PathBuf;

use crate::app::App;
use crate::dto::{JobRef, JobView};
use crate::error::ApiError;
use crate::words;

impl App {
    /// Jobs of the open line, oldest first.
    ///
    /// # Errors
    /// [`ErrorCode::NotReady`](crate::ErrorCode::NotReady) without a line.
    #[expect(clippy::unused_async, reason = "every command is called the same way")]
    pub async fn jobs(&self) -> Result<Vec<JobView>, ApiError> {
        Ok(self.desk()?.jobs.views())
    }

    /// Stops a job at its next step.
    ///
    /// # Errors
    /// [`ErrorCode::NotFound`](crate::ErrorCode::NotFound); one that is over cannot be stopped, which shows.
    #[expect(clippy::unused_async, reason = "every command is called the same way")]
    pub async fn cancel_job(&self, request: JobRef) -> Result<Vec<JobView>, ApiError> {
        let desk = self.desk()?;
        desk.jobs.cancel(&request.id)?;
        Ok(desk.jobs.views())
    }

    /// Puts away what came of a job.
    ///
    /// # Errors
    /// [`ErrorCode::NotFound`](crate::ErrorCode::NotFound),
    /// [`ErrorCode::NotAllowed`](crate::ErrorCode::NotAllowed) while it runs.
    #[expect(clippy::unused_async, reason = "every command is called the same way")]
    pub async fn dismiss_job(&self, request: JobRef) -> Result<Vec<JobView>, ApiError> {
        let desk = self.desk()?;
        desk.jobs.dismiss(&request.id)?;
        Ok(desk.jobs.views())
    }

    /// The file or folder that a job wrote, for a shell that shows it: a window names a job and never a path.
    ///
    /// # Errors
    /// [`ErrorCode::Locked`](crate::ErrorCode::Locked) while the desk is,
    /// [`ErrorCode::NotFound`](crate::ErrorCode::NotFound) for a job that wrote nothing.
    pub fn job_place(&self, id: &str) -> Result<PathBuf, ApiError> {
        if self.is_locked() {
            return Err(words::locked());
        }
        self.desk()?.jobs.place(id)
    }
}
