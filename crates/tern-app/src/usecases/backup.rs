//! Backups of the open line: setting them up, making, trying and deleting them.

use std::collections::BTreeSet;

use secrecy::SecretString;
use tern_domain::Millis;
use tern_domain::backup::{Every, Mended, next_due};
use tern_store::{BackupDesk, BackupEntry, BackupError, BackupKey, BackupName, BackupVault};

use crate::app::App;
use crate::dto::{
    BackupContent, BackupEvery, BackupRef, BackupRow, BackupsView, MendedView, PlaceKind,
    RestoredView, ScheduleBackups, SetUpBackups,
};
use crate::error::ApiError;
use crate::line::Desk;
use crate::line::backups::{BackupPlace, Problem, blocking, counts_view};
use crate::opening::check_passphrase;
use crate::records::{self, Record};
use crate::words;

/// How long a desk may be in use before somebody is reminded.
const REMIND_AFTER: Millis = Millis::days(7);

impl App {
    /// What the backup page shows.
    ///
    /// # Errors
    /// What the open file answers; a folder that does not answer is part of the view.
    pub async fn backups(&self) -> Result<BackupsView, ApiError> {
        let desk = self.desk()?;
        let record = desk.backup_record().await?;
        let (backups, folder_problem) = match record.place.clone() {
            None => (Vec::new(), None),
            Some(place) => match blocking(move || list(&place)).await {
                Ok(rows) => (rows, None),
                Err(error) => (Vec::new(), Some(error)),
            },
        };
        let now = desk.now();
        Ok(BackupsView {
            folder: record
                .place
                .as_ref()
                .map(|place| place.folder.display().to_string()),
            every: match record.every {
                None => BackupEvery::Never,
                Some(Every::Hour) => BackupEvery::Hour,
                Some(Every::Day) => BackupEvery::Day,
                Some(Every::Week | Every::Month) => BackupEvery::Week,
            },
            monthly_drill: record.monthly_drill,
            last_at: record.made.done_at.map(|at| at.0),
            next_at: record
                .every
                .filter(|_| record.place.is_some())
                .map(|every| next_due(every, record.made, now).0),
            problem: record.problem.as_ref().map(Problem::view),
            folder_problem,
            backups,
            drill: record.drill,
            drill_problem: record.drill_problem.as_ref().map(Problem::view),
            restored: record.restored.map(|from| RestoredView {
                made_at: from.made_at.0,
                restored_at: from.restored_at.0,
            }),
            mended: mended(&desk).await?,
            may_administer: self.is_admin(&desk).await?,
        })
    }

    /// Whether to remind somebody that there is no backup: after a week, until they say that they know.
    ///
    /// # Errors
    /// What the open file answers.
    pub async fn backup_hint(&self) -> Result<bool, ApiError> {
        let desk = self.desk()?;
        let record = desk.backup_record().await?;
        if record.place.is_some() || record.hint_dismissed || !self.is_admin(&desk).await? {
            return Ok(false);
        }
        let live_since = desk
            .store
            .read(|conn| conn.live_since())
            .await
            .map_err(|error| words::store(&error))?;
        Ok(live_since.is_some_and(|since| desk.now().since(since) >= REMIND_AFTER))
    }

    /// Takes the reminder away.
    ///
    /// # Errors
    /// What the open file answers.
    pub async fn dismiss_backup_hint(&self) -> Result<(), ApiError> {
        self.desk()?
            .change_backups(|record| record.hint_dismissed = true)
            .await
    }

    /// Says where backups go and what opens them. In the same folder this changes the passphrase; another folder
    /// begins with a backup of everything.
    ///
    /// # Errors
    /// [`ErrorCode::NotAllowed`](crate::ErrorCode::NotAllowed) for anybody but administrators,
    /// [`ErrorCode::InvalidInput`](crate::ErrorCode::InvalidInput) for a passphrase that is too short, and what the
    /// folder answers.
    pub async fn set_up_backups(&self, request: SetUpBackups) -> Result<BackupsView, ApiError> {
        let desk = self.desk()?;
        self.must_administer(&desk).await?;
        check_passphrase(&request.passphrase)?;
        let folder = self.place(PlaceKind::Backups, &request.place).await?;
        let before = desk.backup_record().await?.place;
        let passphrase = SecretString::from(request.passphrase);
        let (cost, now) = (self.inner.config.passphrase_cost, desk.now());
        let place = blocking(move || {
            let place = match before {
                Some(place) if place.folder == folder => place,
                _ => BackupPlace::new(
                    folder,
                    BackupDesk::generate().map_err(|_| BackupError::Randomness)?,
                    &BackupKey::generate().map_err(|_| BackupError::Randomness)?,
                ),
            };
            let key = place.key()?;
            BackupVault::create(&place.folder, place.desk, &key, (&passphrase, cost), now)?;
            Ok(place)
        })
        .await?;
        desk.change_backups(move |record| {
            let is_new = record.place.as_ref().map(|it| it.desk) != Some(place.desk);
            record.place = Some(place);
            record.problem = None;
            if is_new {
                (record.made, record.drilled) = Default::default();
                (record.drill, record.drill_problem) = (None, None);
            }
        })
        .await?;
        self.backups().await
    }

    /// Says how often backups are made and tried by themselves.
    ///
    /// # Errors
    /// [`ErrorCode::NotAllowed`](crate::ErrorCode::NotAllowed) for anybody but administrators and before a folder was
    /// chosen.
    pub async fn schedule_backups(
        &self,
        request: ScheduleBackups,
    ) -> Result<BackupsView, ApiError> {
        let desk = self.desk()?;
        self.must_administer(&desk).await?;
        place_of(&desk).await?;
        let every = match request.every {
            BackupEvery::Never => None,
            BackupEvery::Hour => Some(Every::Hour),
            BackupEvery::Day => Some(Every::Day),
            BackupEvery::Week => Some(Every::Week),
        };
        desk.change_backups(move |record| {
            record.every = every;
            record.monthly_drill = request.monthly_drill;
        })
        .await?;
        desk.backups_changed();
        self.backups().await
    }

    /// Makes a backup, as a job.
    ///
    /// # Errors
    /// [`ErrorCode::NotAllowed`](crate::ErrorCode::NotAllowed) before a folder was chosen, and while one is made.
    pub async fn back_up_now(&self) -> Result<BackupsView, ApiError> {
        let desk = self.desk()?;
        let place = place_of(&desk).await?;
        desk.start_backup(place)?;
        self.backups().await
    }

    /// Opens a backup beside the desk and checks all of it, as a job.
    ///
    /// # Errors
    /// [`ErrorCode::NotFound`](crate::ErrorCode::NotFound) for one that is gone.
    pub async fn try_backup(&self, request: BackupRef) -> Result<BackupsView, ApiError> {
        let desk = self.desk()?;
        let place = place_of(&desk).await?;
        let backup = find(&place, request).await?;
        desk.start_drill(place, backup)?;
        self.backups().await
    }

    /// Deletes a backup with what only it needed.
    ///
    /// # Errors
    /// [`ErrorCode::NotAllowed`](crate::ErrorCode::NotAllowed) for anybody but administrators, and while a backup is
    /// made or tried.
    pub async fn delete_backup(&self, request: BackupRef) -> Result<BackupsView, ApiError> {
        let desk = self.desk()?;
        self.must_administer(&desk).await?;
        let place = place_of(&desk).await?;
        let backup = find(&place, request).await?;
        if desk.jobs.is_backing_up() {
            return Err(words::backup_is_running());
        }
        blocking(move || place.vault()?.delete(&BTreeSet::from([backup]))).await?;
        self.backups().await
    }
}

async fn place_of(desk: &Desk) -> Result<BackupPlace, ApiError> {
    desk.backup_record()
        .await?
        .place
        .ok_or_else(words::backups_not_set_up)
}

async fn find(place: &BackupPlace, request: BackupRef) -> Result<BackupName, ApiError> {
    let place = place.clone();
    blocking(move || place.vault()?.names())
        .await?
        .into_iter()
        .find(|name| name.sequence == request.sequence)
        .ok_or_else(words::no_such_backup)
}

/// Newest first.
fn list(place: &BackupPlace) -> Result<Vec<BackupRow>, BackupError> {
    let listed = place.vault()?.list()?;
    Ok(listed
        .into_iter()
        .rev()
        .map(|(name, entry)| row(name, entry))
        .collect())
}

fn row(name: BackupName, entry: Result<BackupEntry, BackupError>) -> BackupRow {
    let (content, problem) = match entry {
        Ok(entry) => {
            let content = BackupContent {
                counts: counts_view(entry.counts),
                total_bytes: entry.total,
                added_bytes: entry.added,
            };
            (Some(content), None)
        }
        Err(error) => (None, Some(words::backup(&error))),
    };
    BackupRow {
        sequence: name.sequence,
        made_at: name.made_at.0,
        content,
        problem,
    }
}

/// Where the texts of a file come from that was damaged once.
async fn mended(desk: &Desk) -> Result<Option<MendedView>, ApiError> {
    let Some(mended) = records::find::<Mended>(&desk.store, Record::Mended).await? else {
        return Ok(None);
    };
    let now_here = desk
        .store
        .read(move |conn| conn.count_texts_until(mended.at))
        .await
        .map_err(|error| words::store(&error))?;
    let had = mended.kept.saturating_add(mended.from_backup);
    let from_twilio = now_here.saturating_sub(had);
    Ok(Some(MendedView {
        at: mended.at.0,
        kept: mended.kept,
        from_backup: mended.from_backup,
        backup_of: mended.backup_of.map(|at| at.0),
        from_twilio,
        missing: mended
            .missing
            .map(|missing| missing.saturating_sub(from_twilio)),
    }))
}
