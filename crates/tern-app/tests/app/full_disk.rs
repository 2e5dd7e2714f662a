//! Disks that are really full: file systems of a few megabytes, made for the test in a mount namespace of its own.
//!
//! What fails says so in plain words and leaves nothing half-done, what was there before is good, no text is lost, and
//! everything goes on once there is room.

use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use tern_app::dto::*;
use tern_app::{ErrorCode, MemorySecrets, SecretStore};
use tern_simulator::SimulatorConfig;

use crate::backup::{PASSPHRASE, back_up, finished, restore, set_up};
use crate::rig::{Line, Rig, list_of, sending, start, wait_for};
use crate::team::customer;

/// Names the folder with the small file systems, in the process that has them.
const DISKS: &str = "TERN_SMALL_DISKS";
const BALLAST: &str = "ballast";

/// Makes the file systems and runs the test below in a process that sees them; they go with it.
#[test]
fn a_full_disk_is_said_in_words_loses_nothing_and_is_got_over() {
    let disks = tempfile::tempdir().unwrap();
    let script = "cd \"$1\" && mkdir data out && mount -t tmpfs -o size=96m tern data && \
                  mount -t tmpfs -o size=8m tern out && shift && exec \"$@\"";
    let mut command = Command::new("unshare");
    let user = Command::new("id").arg("-u").output().expect("a user");
    if user.stdout.trim_ascii() != b"0" {
        command.args(["--user", "--map-root-user"]);
    }
    let ended = command
        .args(["--mount", "sh", "-c", script, "sh"])
        .arg(disks.path())
        .arg(std::env::current_exe().unwrap())
        .args([
            "--exact",
            "full_disk::on_small_disks",
            "--ignored",
            "--nocapture",
        ])
        .env(DISKS, disks.path())
        .output()
        .expect("unshare is installed");
    let told = String::from_utf8_lossy(&ended.stdout);
    let complaint = String::from_utf8_lossy(&ended.stderr);
    assert!(
        told.contains("running 1 test"),
        "NOTHING WAS TESTED: no file system can be made here. Allow user namespaces, or be root.\n{complaint}"
    );
    assert!(ended.status.success(), "{told}\n{complaint}");
}

/// Fills a disk to its last byte, or to so many before it.
fn fill(disk: &Path, but: usize) {
    let reserve = disk.join("reserve");
    std::fs::write(&reserve, vec![1; but]).unwrap();
    let mut ballast = std::fs::File::create(disk.join(BALLAST)).unwrap();
    let block = [1; 4096];
    loop {
        match ballast.write_all(&block) {
            Ok(()) => {}
            Err(error) if error.kind() == ErrorKind::StorageFull => break,
            Err(error) => panic!("{error}"),
        }
    }
    drop(ballast);
    std::fs::remove_file(reserve).unwrap();
}

fn make_room(disk: &Path) {
    std::fs::remove_file(disk.join(BALLAST)).unwrap();
}

fn names(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).unwrap();
    let mut names: Vec<_> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

fn is_full(state: &JobState) -> bool {
    matches!(state, JobState::Failed { error } if error.code == ErrorCode::DiskFull && !error.remedy.is_empty())
}

/// A desk on this disk.
async fn desk_on(disk: &Path, line: &Arc<Line>) -> Rig {
    let folder = Arc::new(tempfile::tempdir_in(disk).unwrap());
    let secrets: Arc<dyn SecretStore> = Arc::new(MemorySecrets::default());
    Rig {
        app: start(&folder, &secrets, line).await,
        line: Arc::clone(line),
        secrets,
        folder,
    }
}

#[tokio::test]
#[ignore = "runs in a process with small disks, which the test above makes"]
async fn on_small_disks() {
    let disks = PathBuf::from(std::env::var_os(DISKS).expect("small disks"));
    let (data, out) = (disks.join("data"), disks.join("out"));
    let line = Arc::new(Line::with(SimulatorConfig::default()));
    let rig = desk_on(&data, &line).await;
    rig.app
        .start_practice(StartPractice { passphrase: None })
        .await
        .unwrap();
    let phone = customer(&rig).await;
    let id = rig.text(&phone, "Is there room?").await.id;
    exports(&rig, &out, id).await;
    backups(&rig, &out, id).await;
    texts(&rig, &data, &phone, id).await;
    let rig = imports(rig, &data).await;
    rig.app.shutdown().await;
    restores(&rig, &data, &out).await;
}

async fn exports(rig: &Rig, out: &Path, conversation_id: i64) {
    let export = async || {
        let request = StartExport {
            scope: ExportScope::Conversation { conversation_id },
            transcript: TranscriptKind::Internal,
            pages: true,
            lines: true,
            table: true,
            pictures: true,
            place: PlaceRef::typed(out),
        };
        rig.app.start_export(request).await.unwrap();
        finished(&rig.app, JobKind::Export).await
    };
    fill(out, 0);
    let ended = export().await;
    assert!(is_full(&ended), "{ended:?}");
    assert_eq!(names(out), [BALLAST], "nothing half-done is left");
    make_room(out);
    let ended = export().await;
    assert!(matches!(ended, JobState::Finished { .. }), "{ended:?}");
    let [file] = names(out).try_into().unwrap();
    std::fs::remove_file(out.join(file)).unwrap();
}

async fn backups(rig: &Rig, out: &Path, conversation_id: i64) {
    rig.app.set_up_backups(set_up(out)).await.unwrap();
    let first = back_up(&rig.app).await;
    rig.send(conversation_id, "Plenty").await;
    fill(out, 0);
    rig.app.back_up_now().await.unwrap();
    let ended = finished(&rig.app, JobKind::Backup).await;
    assert!(is_full(&ended), "{ended:?}");
    let view = rig.app.backups().await.unwrap();
    assert!(view.problem.is_some());
    assert_eq!(view.backups, std::slice::from_ref(&first));
    // The one that was there is whole.
    let drill = BackupRef {
        sequence: first.sequence,
    };
    rig.app.try_backup(drill).await.unwrap();
    let tried = finished(&rig.app, JobKind::RestoreDrill).await;
    assert!(matches!(tried, JobState::Finished { .. }), "{tried:?}");
    make_room(out);
    let second = back_up(&rig.app).await;
    assert!(second.sequence > first.sequence);
    assert_eq!(rig.app.backups().await.unwrap().backups.len(), 2);
}

async fn texts(rig: &Rig, data: &Path, phone: &str, conversation_id: i64) {
    fill(data, 0);
    rig.write(phone, "While it was full", vec![]).await;
    let refused = rig
        .app
        .send_message(sending(conversation_id, "Never leaves"))
        .await;
    assert_eq!(refused.unwrap_err().code, ErrorCode::DiskFull);
    // What is here is read all the same.
    assert!(!rig.thread(conversation_id).await.is_empty());
    assert!(
        rig.received(phone)
            .await
            .iter()
            .all(|text| text.body != "Never leaves")
    );
    make_room(data);
    wait_for(&rig.app, "the text that came meanwhile", async || {
        let thread = rig.thread(conversation_id).await;
        let here = thread
            .iter()
            .filter(|text| text.body == "While it was full");
        (here.count() == 1).then_some(())
    })
    .await;
    rig.send(conversation_id, "There is room again").await;
}

async fn imports(rig: Rig, data: &Path) -> Rig {
    let elsewhere = tempfile::tempdir().unwrap();
    let path = elsewhere.path().join("old.csv");
    let ours = rig.number().await;
    let rows: String = (0..8_000)
        .map(|n| {
            let customer = 1000 + n % 50;
            format!(
                "+1415555{customer},{ours},in,{},kestrel {n}\n",
                1_600_000_000 + n
            )
        })
        .collect();
    std::fs::write(
        &path,
        format!("customer,our number,direction,time,text\n{rows}"),
    )
    .unwrap();
    let place = PlaceRef::typed(&path);
    let looked = rig
        .app
        .look_at_history(LookAtHistory {
            place: place.clone(),
            zone: "UTC".to_owned(),
        })
        .await
        .unwrap();
    let columns = [
        (HistoryFieldView::Theirs, "customer"),
        (HistoryFieldView::Ours, "our number"),
        (HistoryFieldView::Direction, "direction"),
        (HistoryFieldView::At, "time"),
        (HistoryFieldView::Body, "text"),
    ];
    let mapping = HistoryMappingView {
        columns: columns
            .map(|(field, column)| MappedColumn {
                field,
                column: column.to_owned(),
            })
            .to_vec(),
        ..looked.mapping
    };
    let check = CheckHistory {
        place,
        mapping,
        add_people: false,
    };
    rig.app.check_history(check).await.unwrap();
    let look = wait_for(&rig.app, "the look", async || {
        rig.app.history_check().await.unwrap()
    })
    .await;
    assert_eq!(look.texts, 8_000);
    let before = list_of(&rig.app, InboxList::Done).await.rows.len();
    // Room for some of the texts.
    fill(data, 1_500_000);
    rig.app
        .bring_history(BringHistory { id: look.id })
        .await
        .unwrap();
    let ended = wait_for(&rig.app, "the import to end", async || {
        let jobs = rig.app.jobs().await.ok()?;
        let job = jobs.into_iter().rfind(|it| it.kind == JobKind::Import)?;
        (job.state != JobState::Running).then_some(job.state)
    })
    .await;
    assert!(is_full(&ended), "{ended:?}");
    make_room(data);
    // What could not be taken out on a full disk is at the next start.
    let rig = rig.restart().await;
    wait_for(&rig.app, "the import to be taken out", async || {
        let imports = rig.app.history_imports().await.ok()?.imports;
        (imports.first()?.state == HistoryImportStateView::Removed).then_some(())
    })
    .await;
    let after = list_of(&rig.app, InboxList::Done).await.rows.len();
    assert_eq!(after, before);
    rig
}

async fn restores(rig: &Rig, data: &Path, out: &Path) {
    let other = desk_on(data, &rig.line).await;
    fill(data, 0);
    let refused = restore(&other.app, out, PASSPHRASE).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::DiskFull, "{refused:?}");
    let phase = other.app.app_status().await.unwrap().phase;
    assert!(matches!(phase, Phase::FirstRun { .. }), "{phase:?}");
    // The lock against a second program is empty, and there for as long as the folder is.
    let left = names(other.folder.path());
    assert_eq!(left, ["practice.lock"], "nothing half-done is left");
    make_room(data);
    let report = restore(&other.app, out, PASSPHRASE).await.unwrap();
    assert_eq!(report.status.phase, Phase::Ready);
    other.app.shutdown().await;
}
