//! The tray of long jobs: what runs, stopping it, and putting away what came of it.

use std::path::PathBuf;

use crate::app::App;
use crate::dto::{JobKind, JobRef, JobView};
use crate::error::ApiError;
use crate::words;

impl App {
    /// Jobs of the open line, oldest first.
    ///
    /// # Errors
    /// [`ErrorCode::NotReady`](crate::ErrorCode::NotReady) without a line.
    pub async fn jobs(&self) -> Result<Vec<JobView>, ApiError> {
        let desk = self.desk()?;
        let mut views = desk.jobs.views();
        let is_deleting = |view: &JobView| view.kind == JobKind::Retention;
        if views
            .iter()
            .any(|view| is_deleting(view) && view.can_cancel)
            && self.must_administer(&desk).await.is_err()
        {
            for view in views.iter_mut().filter(|view| is_deleting(view)) {
                view.can_cancel = false;
            }
        }
        Ok(views)
    }

    /// Stops a job at its next step.
    ///
    /// # Errors
    /// [`ErrorCode::NotFound`](crate::ErrorCode::NotFound); one that is over cannot be stopped, which shows.
    /// [`ErrorCode::NotAllowed`](crate::ErrorCode::NotAllowed) for a run of retention, but for administrators.
    pub async fn cancel_job(&self, request: JobRef) -> Result<Vec<JobView>, ApiError> {
        let desk = self.desk()?;
        match desk.jobs.kind(&request.id)? {
            // The job only follows the run, and says how it ended.
            JobKind::Retention => drop(self.cancel_retention().await?),
            _ => desk.jobs.cancel(&request.id)?,
        }
        self.jobs().await
    }

    /// Puts away what came of a job.
    ///
    /// # Errors
    /// [`ErrorCode::NotFound`](crate::ErrorCode::NotFound),
    /// [`ErrorCode::NotAllowed`](crate::ErrorCode::NotAllowed) while it runs.
    pub async fn dismiss_job(&self, request: JobRef) -> Result<Vec<JobView>, ApiError> {
        let desk = self.desk()?;
        desk.jobs.dismiss(&request.id)?;
        self.jobs().await
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
