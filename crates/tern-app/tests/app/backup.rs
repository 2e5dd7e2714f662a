//! Backups on the real app: made, tried, thinned, scheduled; restored on another computer; and nothing is done twice
//! by a desk that was restored.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use tern_app::dto::*;
use tern_app::{App, AppConfig, ErrorCode, MemorySecrets, PassphraseCost};
use tern_domain::UtcMillis;
use tern_engine::Clock;
use tern_simulator::SimulatorConfig;

use crate::rig::{Rig, start, wait_for};
use crate::team::{add_agent, customer, sign_in};

pub(crate) const PASSPHRASE: &str = "a heron in the rain";
const ANSWER: &str = "Yes, right here";
const DAY: i64 = 86_400_000;

pub(crate) fn set_up(folder: &Path) -> SetUpBackups {
    SetUpBackups {
        place: PlaceRef::typed(folder),
        passphrase: PASSPHRASE.to_owned(),
    }
}

pub(crate) async fn finished(app: &App, kind: JobKind) -> JobState {
    let state = wait_for(app, "a job to end", async || {
        let jobs = app.jobs().await.ok()?;
        jobs.into_iter()
            .rev()
            .find(|job| job.kind == kind && job.state != JobState::Running)
    })
    .await;
    for job in app.jobs().await.unwrap() {
        app.dismiss_job(JobRef { id: job.id }).await.unwrap();
    }
    state.state
}

pub(crate) async fn back_up(app: &App) -> BackupRow {
    app.back_up_now().await.unwrap();
    let ended = finished(app, JobKind::Backup).await;
    assert!(matches!(ended, JobState::Finished { .. }), "{ended:?}");
    app.backups().await.unwrap().backups.remove(0)
}

pub(crate) async fn restore(
    app: &App,
    folder: &Path,
    passphrase: &str,
) -> Result<RestoreReport, tern_app::ApiError> {
    let found = app
        .find_backups(FindBackups {
            place: PlaceRef::typed(folder),
        })
        .await?
        .remove(0);
    app.restore_backup(RestoreBackup {
        place: PlaceRef::typed(folder),
        desk: found.desk,
        sequence: found.backups[0].sequence,
        passphrase: passphrase.to_owned(),
        file_passphrase: None,
        replaces: false,
    })
    .await
}

/// Another computer: an empty folder, an empty keychain, the same carrier.
pub(crate) async fn another_computer(rig: &Rig) -> Rig {
    let folder = Arc::new(tempfile::tempdir().unwrap());
    let secrets: Arc<dyn tern_app::SecretStore> = Arc::new(MemorySecrets::default());
    Rig {
        app: start(&folder, &secrets, &rig.line).await,
        line: Arc::clone(&rig.line),
        secrets,
        folder,
    }
}

const CHEAP: PassphraseCost = PassphraseCost {
    memory_kib: 64,
    passes: 1,
    lanes: 1,
};

/// Texts with these words in the one conversation that there is.
async fn texts(rig: &Rig, last: &str, body: &str) -> usize {
    let row = rig.wait_for_row(last).await;
    let thread = rig.thread(row.id).await;
    thread.iter().filter(|text| text.body == body).count()
}

#[tokio::test]
async fn a_backup_is_made_tried_and_restored_on_another_computer() {
    let rig = Rig::practising().await;
    let phone = customer(&rig).await;
    rig.text(&phone, "My heron came today").await;
    let backups = tempfile::tempdir().unwrap();

    let none = rig.app.back_up_now().await.unwrap_err();
    assert_eq!(none.code, ErrorCode::NotAllowed);
    let missing = rig
        .app
        .set_up_backups(set_up(&backups.path().join("unplugged")))
        .await;
    assert_eq!(missing.unwrap_err().code, ErrorCode::NotFound);
    let short = rig
        .app
        .set_up_backups(SetUpBackups {
            passphrase: "short".into(),
            ..set_up(backups.path())
        })
        .await;
    assert_eq!(short.unwrap_err().code, ErrorCode::InvalidInput);
    let view = rig
        .app
        .set_up_backups(set_up(backups.path()))
        .await
        .unwrap();
    assert_eq!((view.every, view.backups.len()), (BackupEvery::Never, 0));

    let made = back_up(&rig.app).await;
    let counts = made.content.unwrap().counts;
    assert_eq!((counts.messages, counts.conversations), (1, 1));
    rig.app
        .try_backup(BackupRef {
            sequence: made.sequence,
        })
        .await
        .unwrap();
    let tried = finished(&rig.app, JobKind::RestoreDrill).await;
    assert!(matches!(tried, JobState::Finished { .. }), "{tried:?}");
    let drill = rig.app.backups().await.unwrap().drill.unwrap();
    assert_eq!(drill.counts, counts);
    assert_eq!(drill.desk.messages, 1);

    let other = another_computer(&rig).await;
    let wrong = restore(&other.app, backups.path(), "another passphrase").await;
    assert_eq!(wrong.unwrap_err().code, ErrorCode::WrongKey);
    let empty = tempfile::tempdir().unwrap();
    let nothing = restore(&other.app, empty.path(), PASSPHRASE).await;
    assert_eq!(nothing.unwrap_err().code, ErrorCode::NotFound);
    let report = restore(&other.app, backups.path(), PASSPHRASE)
        .await
        .unwrap();
    assert_eq!(report.status.phase, Phase::Ready);
    assert_eq!((report.counts, report.kept_as), (counts, None));
    assert_eq!(
        texts(&other, "My heron came today", "My heron came today").await,
        1
    );
    // It has a key of its own, and backups of its own to set up.
    assert_ne!(
        crate::file_key::file_key(&other),
        crate::file_key::file_key(&rig)
    );
    let view = other.app.backups().await.unwrap();
    assert_eq!((view.folder, view.every), (None, BackupEvery::Never));
    assert_eq!(view.restored.unwrap().made_at, made.made_at);
    let again = restore(&other.app, backups.path(), PASSPHRASE).await;
    assert_eq!(
        again.unwrap_err().code,
        ErrorCode::NotAllowed,
        "a desk that is open is not replaced"
    );
    // It survives a restart.
    let other = other.restart().await;
    assert_eq!(other.app.app_status().await.unwrap().phase, Phase::Ready);
    other.app.shutdown().await;
    rig.app.shutdown().await;
}

#[tokio::test]
async fn a_restored_desk_sends_nothing_twice() {
    let rig = Rig::practising().await;
    let phone = customer(&rig).await;
    let row = rig.text(&phone, "Is anybody there?").await;
    let settings = rig.app.settings().await.unwrap();
    rig.app
        .update_settings(Settings {
            undo_seconds: 4,
            ..settings
        })
        .await
        .unwrap();
    let backups = tempfile::tempdir().unwrap();
    rig.app
        .set_up_backups(set_up(backups.path()))
        .await
        .unwrap();
    // It is held when the backup is made, and leaves afterwards.
    rig.send(row.id, ANSWER).await;
    back_up(&rig.app).await;
    assert_eq!(
        rig.received(&phone).await.len(),
        0,
        "the backup has it on its way"
    );
    wait_for(&rig.app, "the text on the phone", async || {
        (rig.received(&phone).await.len() == 1).then_some(())
    })
    .await;
    rig.app.shutdown().await;

    let other = another_computer(&rig).await;
    restore(&other.app, backups.path(), PASSPHRASE)
        .await
        .unwrap();
    // The carrier has it: it is found there, and not sent again.
    wait_for(&other.app, "the text to be found", async || {
        let status = other.app.app_status().await.ok()?;
        (status.waiting_to_send == 0 && status.uncertain_sends == 0).then_some(())
    })
    .await;
    assert_eq!(texts(&other, ANSWER, ANSWER).await, 1);
    // What is written from now on leaves, and is all that does.
    other.send(row.id, "Anything else?").await;
    wait_for(&other.app, "the next text on the phone", async || {
        let received = other.received(&phone).await;
        received
            .iter()
            .any(|text| text.body == "Anything else?")
            .then_some(())
    })
    .await;
    assert_eq!(other.received(&phone).await.len(), 2);
    other.app.shutdown().await;
}

/// Time as a test sets it.
#[derive(Debug)]
struct SetClock(AtomicI64);

impl Clock for SetClock {
    fn now(&self) -> UtcMillis {
        UtcMillis(self.0.load(Ordering::SeqCst))
    }
}

#[tokio::test]
async fn backups_are_made_by_themselves_and_a_clock_set_back_a_year_neither_storms_nor_starves() {
    let start = 1_800_000_000_000;
    let clock = Arc::new(SetClock(AtomicI64::new(start)));
    let folder = Arc::new(tempfile::tempdir().unwrap());
    let secrets: Arc<dyn tern_app::SecretStore> = Arc::new(MemorySecrets::default());
    let line = Arc::new(crate::rig::Line::with(SimulatorConfig::default()));
    let config = AppConfig {
        passphrase_cost: CHEAP,
        typed_places: true,
        clock: clock.clone(),
        ..AppConfig::new(folder.path().to_owned(), secrets, line)
    };
    let app = App::start(config).await;
    app.start_practice(StartPractice { passphrase: None })
        .await
        .unwrap();
    // Nobody is reminded in the first week, and nobody who said that they know.
    assert!(!app.backup_hint().await.unwrap());
    clock.0.store(start + 8 * DAY, Ordering::SeqCst);
    assert!(app.backup_hint().await.unwrap());
    app.dismiss_backup_hint().await.unwrap();
    assert!(!app.backup_hint().await.unwrap());
    clock.0.store(start, Ordering::SeqCst);
    let backups = tempfile::tempdir().unwrap();
    let place = backups.path().join("disk");
    std::fs::create_dir(&place).unwrap();
    app.set_up_backups(set_up(&place)).await.unwrap();
    app.schedule_backups(ScheduleBackups {
        every: BackupEvery::Day,
        monthly_drill: true,
    })
    .await
    .unwrap();
    let look = async || {
        app.schedule_backups(ScheduleBackups {
            every: BackupEvery::Day,
            monthly_drill: true,
        })
        .await
        .unwrap()
    };
    // It is there, and recorded.
    let made = async |sequence: u64| {
        wait_for(&app, "a backup", async || {
            let view = app.backups().await.ok()?;
            let is_there = view.backups.iter().any(|row| row.sequence == sequence);
            (is_there && view.last_at == Some(clock.now().0)).then_some(view)
        })
        .await
    };
    let view = made(1).await;
    assert_eq!(view.backups.len(), 1);
    // The drill of the month follows by itself.
    look().await;
    wait_for(&app, "a drill", async || app.backups().await.ok()?.drill).await;

    // A year back: one at once, and none after it.
    clock.0.store(start - 365 * DAY, Ordering::SeqCst);
    look().await;
    let view = made(2).await;
    assert_eq!(view.last_at, Some(start - 365 * DAY));
    assert_eq!(view.next_at, Some(start - 364 * DAY));
    for _ in 0..5 {
        look().await;
    }

    // The disk is unplugged: it waits, says so, and goes on.
    std::fs::rename(&place, backups.path().join("away")).unwrap();
    clock.0.store(start - 363 * DAY, Ordering::SeqCst);
    look().await;
    wait_for(&app, "words about the folder", async || {
        let view = app.backups().await.ok()?;
        (view.problem?.message == "The folder is not there.").then_some(())
    })
    .await;
    std::fs::rename(backups.path().join("away"), &place).unwrap();
    clock
        .0
        .store(start - 363 * DAY + 3_600_000, Ordering::SeqCst);
    look().await;
    // The third, and none in between.
    let view = made(3).await;
    assert_eq!((view.problem, view.backups.len()), (None, 3));
    app.shutdown().await;
}

#[tokio::test]
async fn only_an_administrator_decides_about_backups_and_old_ones_can_be_deleted() {
    let rig = Rig::practising().await;
    let backups = tempfile::tempdir().unwrap();
    rig.app
        .set_up_backups(set_up(backups.path()))
        .await
        .unwrap();
    let first = back_up(&rig.app).await;
    let second = back_up(&rig.app).await;
    assert_eq!(second.sequence, first.sequence + 1);
    let view = rig
        .app
        .delete_backup(BackupRef {
            sequence: first.sequence,
        })
        .await
        .unwrap();
    assert_eq!(view.backups.len(), 1);
    let gone = rig
        .app
        .try_backup(BackupRef {
            sequence: first.sequence,
        })
        .await
        .unwrap_err();
    assert_eq!(gone.code, ErrorCode::NotFound);

    let agent = add_agent(&rig, "Ben", &[]).await;
    sign_in(&rig, &agent).await;
    assert!(!rig.app.backups().await.unwrap().may_administer);
    let refused = rig.app.set_up_backups(set_up(backups.path())).await;
    assert_eq!(refused.unwrap_err().code, ErrorCode::NotAllowed);
    rig.app.shutdown().await;
}
