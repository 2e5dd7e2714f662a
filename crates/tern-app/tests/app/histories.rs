//! Bringing in texts of another system, as the desk does it: the look, the import, and taking it out again.

use std::path::PathBuf;

use tern_app::ErrorCode;
use tern_app::dto::*;

use crate::rig::{Rig, list_of, wait_for};

const MAYA: &str = "+14155550123";

/// A file in the rig's folder.
fn file(rig: &Rig, name: &str, content: &str) -> String {
    let path: PathBuf = rig.folder.path().join(name);
    std::fs::write(&path, content).unwrap();
    path.display().to_string()
}

async fn over(rig: &Rig, started: JobView) -> JobState {
    wait_for(&rig.app, "the job to be over", async || {
        let jobs = rig.app.jobs().await.unwrap();
        let job = jobs.into_iter().find(|job| job.id == started.id)?;
        (job.state != JobState::Running).then_some(job.state)
    })
    .await
}

async fn look(rig: &Rig, path: &str) -> HistoryFileView {
    rig.app
        .look_at_history(LookAtHistory {
            place: PlaceRef::typed(path),
            zone: "UTC".to_owned(),
        })
        .await
        .unwrap()
}

async fn checked(rig: &Rig, path: &str, mapping: HistoryMappingView) -> HistoryCheckView {
    let job = rig
        .app
        .check_history(CheckHistory {
            place: PlaceRef::typed(path),
            mapping,
            add_people: true,
        })
        .await
        .unwrap();
    let state = over(rig, job).await;
    assert!(matches!(state, JobState::Finished { .. }), "{state:?}");
    rig.app.history_check().await.unwrap().unwrap()
}

async fn brought(rig: &Rig, check: &HistoryCheckView) -> HistoryImportView {
    let job = rig
        .app
        .bring_history(BringHistory {
            id: check.id.clone(),
        })
        .await
        .unwrap();
    let state = over(rig, job).await;
    assert!(matches!(state, JobState::Finished { .. }), "{state:?}");
    rig.app.history_imports().await.unwrap().imports[0].clone()
}

async fn taken_out(rig: &Rig, id: i64) {
    let job = rig
        .app
        .remove_history(HistoryImportRef { id })
        .await
        .unwrap();
    let state = over(rig, job).await;
    assert!(matches!(state, JobState::Finished { .. }), "{state:?}");
}

async fn done(rig: &Rig) -> Vec<ConversationRow> {
    list_of(&rig.app, InboxList::Done).await.rows
}

/// A table of Twilio's console: two texts, one that is broken, one of WhatsApp, and a STOP.
async fn log(rig: &Rig) -> String {
    let ours = rig.number().await;
    format!(
        "From,To,Body,Status,SentDate,ApiVersion,NumSegments,ErrorCode,AccountSid,Sid,Direction,Price,PriceUnit\n\
         {ours},{MAYA},\"On its way, Maya\",delivered,2023-05-01T10:05:00Z,2010-04-01,1,0,AC1,SM00000000000000000000000000000002,outbound-api,,USD\n\
         {MAYA},{ours},Where is the kestrel?,received,2023-05-01T10:00:00Z,2010-04-01,1,0,AC1,SM00000000000000000000000000000001,inbound,,USD\n\
         {MAYA},{ours},lost,received,whenever,2010-04-01,1,0,AC1,SM00000000000000000000000000000003,inbound,,USD\n\
         whatsapp:{MAYA},whatsapp:{ours},elsewhere,received,2023-05-01T10:00:00Z,2010-04-01,1,0,AC1,SM00000000000000000000000000000004,inbound,,USD\n\
         +14155550124,{ours},STOP,received,2023-05-02T10:00:00Z,2010-04-01,1,0,AC1,SM00000000000000000000000000000005,inbound,,USD\n"
    )
}

#[tokio::test]
async fn a_log_is_looked_at_brought_in_shown_and_found_and_taken_out_again() {
    let rig = Rig::practising().await;
    let mut events = rig.app.subscribe();
    let path = file(&rig, "log.csv", &log(&rig).await);
    let looked = look(&rig, &path).await;
    assert!(looked.is_recognised);
    assert_eq!(
        (looked.source.as_str(), looked.format.as_str()),
        ("Twilio message log", "CSV")
    );

    let check = checked(&rig, &path, looked.mapping.clone()).await;
    assert_eq!(
        (check.rows, check.texts, check.new_conversations),
        (5, 3, 2)
    );
    assert_eq!((check.duplicates, check.blocks), (0, 1));
    assert!(check.numbers[0].is_connected);
    let reasons: Vec<_> = check
        .left_out
        .iter()
        .map(|it| (it.count, it.on_purpose, it.lines.clone()))
        .collect();
    assert_eq!(reasons, [(1, false, vec![4]), (1, true, vec![5])]);
    assert!(done(&rig).await.is_empty(), "nothing was changed");

    let import = brought(&rig, &check).await;
    assert_eq!(
        (import.texts, import.conversations, import.left_out),
        (3, 2, 2)
    );
    let rows = done(&rig).await;
    let row = rows
        .iter()
        .find(|row| row.preview == "On its way, Maya")
        .unwrap();
    assert_eq!(row.unread, 0);
    let thread = rig.thread(row.id).await;
    assert!(thread.iter().all(|text| text.imported));
    assert_eq!(thread[0].body, "Where is the kestrel?");
    let found = rig
        .app
        .search(Search {
            query: "kestrel".to_owned(),
            before: None,
            limit: 10,
            conversation_id: None,
            asker: SearchAsker::Page,
        })
        .await
        .unwrap();
    assert_eq!(found.hits.len(), 1);
    let stopped = rows.iter().find(|row| row.preview == "STOP").unwrap();
    let refused = rig
        .app
        .send_message(crate::rig::sending(stopped.id, "hello?"))
        .await;
    assert_eq!(refused.unwrap_err().code, ErrorCode::OptedOut);
    while let Ok(event) = events.try_recv() {
        let is_news = matches!(event.change, tern_app::Change::Arrived { .. });
        assert!(!is_news, "nobody is told");
    }

    let again = checked(&rig, &path, looked.mapping).await;
    assert_eq!((again.texts, again.duplicates), (0, 3));
    let removal = rig
        .app
        .look_at_history_removal(HistoryImportRef { id: import.id })
        .await
        .unwrap();
    assert_eq!(
        (removal.texts, removal.conversations, removal.blocks),
        (3, 2, 1)
    );
    taken_out(&rig, import.id).await;
    let left = rig.app.history_imports().await.unwrap().imports;
    assert_eq!(left[0].state, HistoryImportStateView::Removed);
    assert!(done(&rig).await.is_empty());
    let again = checked(&rig, &path, look(&rig, &path).await.mapping).await;
    assert_eq!(
        (again.texts, again.new_conversations, again.duplicates),
        (3, 2, 0)
    );
}

#[tokio::test]
async fn customers_whom_a_file_names_are_added_and_leave_with_it_unless_they_were_changed() {
    let rig = Rig::practising().await;
    let ours = rig.number().await;
    let rows: String = ["Maya Lindqvist", "Bob Ross", "Known"]
        .iter()
        .enumerate()
        .map(|(n, name)| {
            format!("+1415555013{n},{ours},in,2023-05-01 10:0{n}:00,hello {n},{name}\n")
        })
        .collect();
    let path = file(
        &rig,
        "old.csv",
        &format!("customer,our number,direction,time,text,name\n{rows}"),
    );
    let looked = look(&rig, &path).await;
    assert!(!looked.is_recognised);
    let check = checked(&rig, &path, looked.mapping).await;
    assert_eq!((check.new_people, check.known_people), (3, 0));
    let import = brought(&rig, &check).await;
    assert_eq!(import.people, 3);
    let rows = done(&rig).await;
    assert!(
        rows.iter().any(|row| row.requester == "Maya Lindqvist"),
        "{rows:?}"
    );

    let people = rig
        .app
        .list_people(ListPeople {
            query: String::new(),
            after: None,
            limit: 50,
        })
        .await
        .unwrap()
        .people;
    let known = people.iter().find(|person| person.name == "Known").unwrap();
    let mut fields = rig
        .app
        .person(PersonRef {
            person_id: known.id.clone(),
        })
        .await
        .unwrap()
        .person;
    fields.notes = "met in person".to_owned();
    rig.app
        .save_person(SavePerson {
            person_id: Some(known.id.clone()),
            fields: PersonFields {
                kind: fields.kind,
                name: fields.name,
                mobile_phone: fields.mobile_phone,
                phone: fields.phone,
                roles: fields.roles,
                email: fields.email,
                territory: fields.territory,
                notes: fields.notes,
                account: fields.account,
            },
        })
        .await
        .unwrap();
    taken_out(&rig, import.id).await;
    let left = rig
        .app
        .list_people(ListPeople {
            query: String::new(),
            after: None,
            limit: 50,
        })
        .await
        .unwrap()
        .people;
    let names: Vec<_> = left.iter().map(|person| person.name.as_str()).collect();
    assert_eq!(names, ["Known"]);
}

#[tokio::test]
async fn what_was_cut_off_is_taken_out_at_the_next_start() {
    let rig = Rig::practising().await;
    let ours = rig.number().await;
    let rows: String = (0..3_000)
        .map(|n| format!("{MAYA},{ours},in,{},text {n}\n", 1_600_000_000 + n))
        .collect();
    let path = file(
        &rig,
        "old.csv",
        &format!("customer,our number,direction,time,text\n{rows}"),
    );
    let looked = look(&rig, &path).await;
    let check = checked(&rig, &path, looked.mapping).await;
    assert_eq!(check.texts, 3_000);
    rig.app
        .bring_history(BringHistory { id: check.id })
        .await
        .unwrap();
    wait_for(&rig.app, "some of it to be in", async || {
        let imports = rig.app.history_imports().await.unwrap().imports;
        imports.first().filter(|it| it.texts > 0).map(|_| ())
    })
    .await;
    let rig = rig.restart().await;
    let import = wait_for(&rig.app, "the import to be taken out", async || {
        let imports = rig.app.history_imports().await.ok()?.imports;
        let import = imports.into_iter().next()?;
        (import.state == HistoryImportStateView::Removed).then_some(import)
    })
    .await;
    assert!(import.texts < 3_000, "it was cut off");
    assert!(done(&rig).await.is_empty(), "nothing of it is left");
}

#[tokio::test]
async fn a_file_that_is_none_has_changed_or_says_too_little_is_refused() {
    let rig = Rig::practising().await;
    let refused = rig
        .app
        .look_at_history(LookAtHistory {
            place: PlaceRef::typed(rig.folder.path()),
            zone: "UTC".to_owned(),
        })
        .await;
    assert_eq!(refused.unwrap_err().code, ErrorCode::InvalidInput);
    let path = file(&rig, "table.csv", "shoe,size\nred,38\n");
    let looked = look(&rig, &path).await;
    let too_little = rig
        .app
        .check_history(CheckHistory {
            place: PlaceRef::typed(path),
            mapping: looked.mapping,
            add_people: false,
        })
        .await;
    assert_eq!(too_little.unwrap_err().code, ErrorCode::InvalidInput);

    let path = file(&rig, "log.csv", &log(&rig).await);
    let looked = look(&rig, &path).await;
    let check = checked(&rig, &path, looked.mapping).await;
    let longer = format!("{}\n", log(&rig).await);
    std::fs::write(&path, longer).unwrap();
    let job = rig
        .app
        .bring_history(BringHistory { id: check.id })
        .await
        .unwrap();
    assert!(matches!(over(&rig, job).await, JobState::Failed { .. }));
    assert!(done(&rig).await.is_empty());
}
