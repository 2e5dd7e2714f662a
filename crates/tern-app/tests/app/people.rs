//! People and profiles through the app: names wherever a number was, identities said and taken back, files
//! brought in whole, and writing to somebody first.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use tern_app::ErrorCode;
use tern_app::dto::*;

use crate::rig::{Rig, list_of, wait_for};

/// Phones that a new practice line comes with.
pub const JANE: &str = "+12025550143";
const OMAR: &str = "+13125550178";

fn fields(name: &str, kind: PersonKindView, mobile: &str) -> PersonFields {
    PersonFields {
        kind,
        name: name.to_owned(),
        mobile_phone: mobile.to_owned(),
        phone: String::new(),
        roles: Vec::new(),
        email: String::new(),
        territory: String::new(),
        notes: String::new(),
        account: String::new(),
    }
}

pub async fn save(rig: &Rig, name: &str, kind: PersonKindView, mobile: &str) -> PersonSaved {
    let request = SavePerson {
        person_id: None,
        fields: fields(name, kind, mobile),
    };
    rig.app.save_person(request).await.unwrap()
}

async fn undo(rig: &Rig, token: &str) -> Result<(), tern_app::ApiError> {
    let undo = token.to_owned();
    rig.app.undo_change(UndoChange { undo }).await
}

async fn row(rig: &Rig, id: i64) -> ConversationRow {
    let conversation_id = id;
    rig.app
        .conversation(ConversationRef { conversation_id })
        .await
        .unwrap()
        .row
}

async fn identity(rig: &Rig, conversation_id: i64) -> IdentityView {
    rig.app
        .identity(ConversationRef { conversation_id })
        .await
        .unwrap()
}

async fn say(rig: &Rig, conversation_id: i64, change: IdentityChange) -> IdentityChanged {
    let request = ChangeIdentity {
        conversation_id,
        change,
    };
    rig.app.change_identity(request).await.unwrap()
}

fn csv(content: &[u8], apply: bool) -> ImportPeople {
    ImportPeople {
        file_name: "people.csv".to_owned(),
        base64: STANDARD.encode(content),
        kind: PersonKindView::User,
        apply,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn p_2_a_users_text_shows_their_name_in_lists_search_and_notification() {
    let rig = Rig::practising().await;
    save(&rig, "Jane Doe", PersonKindView::User, "(202) 555-0143").await;
    let mut changes = rig.app.subscribe();
    let row = rig.text(JANE, "Is my bike ready?").await;
    assert_eq!(row.requester, "Jane Doe");
    assert_eq!(row.requester_number, JANE);
    let title = loop {
        if let tern_app::Change::Arrived { title, body, .. } = changes.recv().await.unwrap().change
        {
            assert_eq!(body, "", "name only");
            break title;
        }
    };
    assert_eq!(title, "Jane Doe");

    let search = Search {
        query: "jane d".to_owned(),
        conversation_id: None,
        before: None,
        limit: 10,
        asker: SearchAsker::Page,
    };
    let found = rig.app.search(search.clone()).await.unwrap();
    assert_eq!(found.conversations.len(), 1);
    let by_text = Search {
        query: "bike".to_owned(),
        ..search
    };
    let found = rig.app.search(by_text).await.unwrap();
    assert_eq!(found.hits[0].requester, "Jane Doe");
}

#[tokio::test(flavor = "multi_thread")]
async fn h_8_a_canned_reply_calls_a_known_customer_by_name() {
    let rig = Rig::practising().await;
    let id = rig.text(JANE, "Is my bike ready?").await.id;
    let greets = async |name: &str| {
        let request = ConversationRef {
            conversation_id: id,
        };
        let replies = rig.app.filled_replies(request).await.unwrap();
        replies.iter().any(|reply| reply.text.contains(name))
    };
    assert!(!greets("Jane Doe").await);
    save(&rig, "Jane Doe", PersonKindView::User, JANE).await;
    assert!(greets("Jane Doe").await);
}

#[tokio::test(flavor = "multi_thread")]
async fn p_14_rebinding_shows_everywhere_and_is_undone_exactly() {
    let rig = Rig::practising().await;
    save(&rig, "Jane Doe", PersonKindView::User, JANE).await;
    let omar = save(&rig, "Omar Sy", PersonKindView::Consumer, "").await;
    let conversation = rig.text(JANE, "hello").await.id;
    say(&rig, conversation, IdentityChange::Verify).await;
    let before = identity(&rig, conversation).await;
    assert_eq!(before.verified.as_ref().unwrap().by, "You");
    assert_eq!(before.last_texts[0].body, "hello");

    let bind = IdentityChange::Bind {
        person_id: omar.person_id.clone(),
    };
    let changed = say(&rig, conversation, bind).await;
    assert_eq!(changed.identity.person.as_ref().unwrap().name, "Omar Sy");
    assert_eq!(changed.identity.verified, None);
    assert_eq!(changed.identity.others[0].name, "Jane Doe");
    assert!(!changed.identity.identity_conflict, "the agent has decided");
    assert_eq!(row(&rig, conversation).await.requester, "Omar Sy");
    let timeline = rig
        .app
        .timeline(ConversationRef {
            conversation_id: conversation,
        })
        .await
        .unwrap();
    assert!(
        timeline
            .iter()
            .any(|line| line.text == "Gave the number to Omar Sy; it was Jane Doe’s")
    );

    undo(&rig, &changed.undo).await.unwrap();
    let after = identity(&rig, conversation).await;
    assert_eq!(after.person.unwrap().name, "Jane Doe");
    assert_eq!(after.verified, before.verified, "the verification is back");
    assert_eq!(row(&rig, conversation).await.requester, "Jane Doe");
    assert_eq!(
        undo(&rig, &changed.undo).await.unwrap_err().code,
        ErrorCode::NotFound
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_number_gets_its_own_new_person_and_the_undo_takes_both_back() {
    let rig = Rig::practising().await;
    let conversation = rig.text(JANE, "hello").await.id;
    let name = "Somebody New".to_owned();
    let changed = say(&rig, conversation, IdentityChange::NewPerson { name }).await;
    assert_eq!(row(&rig, conversation).await.requester, "Somebody New");
    let everybody = || ListPeople {
        query: String::new(),
        after: None,
        limit: 10,
    };
    assert_eq!(rig.app.list_people(everybody()).await.unwrap().total, 1);
    undo(&rig, &changed.undo).await.unwrap();
    assert_eq!(rig.app.list_people(everybody()).await.unwrap().total, 0);
    assert_eq!(
        identity(&rig, conversation).await.person.map(|p| p.name),
        None
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn deleting_a_person_leaves_a_guest_and_can_be_undone() {
    let rig = Rig::practising().await;
    let jane = save(&rig, "Jane Doe", PersonKindView::User, JANE).await;
    let conversation = rig.text(JANE, "hello").await.id;
    let person_id = jane.person_id.clone();
    let deleted = rig
        .app
        .delete_person(PersonRef { person_id })
        .await
        .unwrap();
    assert_ne!(row(&rig, conversation).await.requester, "Jane Doe");
    undo(&rig, &deleted.undo.unwrap()).await.unwrap();
    assert_eq!(row(&rig, conversation).await.requester, "Jane Doe");
    let card = rig
        .app
        .person(PersonRef {
            person_id: jane.person_id,
        })
        .await
        .unwrap();
    assert_eq!(card.conversations.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn p_7_two_users_with_one_number_are_flagged_and_nobody_is_guessed() {
    let rig = Rig::practising().await;
    save(&rig, "Jane Doe", PersonKindView::User, JANE).await;
    save(&rig, "John Doe", PersonKindView::User, JANE).await;
    let conversation = rig.text(JANE, "hello").await.id;
    let found = identity(&rig, conversation).await;
    assert!(found.person.is_none());
    assert!(found.several_matches);
    let mut names: Vec<_> = found.others.iter().map(|it| it.name.as_str()).collect();
    names.sort_unstable();
    assert_eq!(names, ["Jane Doe", "John Doe"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_is_rehearsed_row_by_row_and_then_done_at_once() {
    let rig = Rig::practising().await;
    save(&rig, "Jane Doe", PersonKindView::User, JANE).await;
    let known = rig.text(OMAR, "who am I?").await;
    let file = "name,mobile phone,email,shoe size\n\
        Jane Doe,(202) 555-0143,jane@example.com,38\n\
        Omar Sy,+1 312-555-0178,,\n\
        Omar Sy,3125550178,,\n\
        Broken,12 34,,\n\
        ,+14155552673,,\n\
        Ragged,+14155552674\n\
        Twin,+13125550178,twin@example.com,\n";
    let rehearsed = rig
        .app
        .import_people(csv(file.as_bytes(), false))
        .await
        .unwrap();
    let verdicts: Vec<_> = rehearsed
        .rows
        .iter()
        .map(|row| (row.line, row.verdict))
        .collect();
    use ImportVerdict::{Broken, Changed, Duplicate, New};
    assert_eq!(
        verdicts,
        [
            (2, Changed),
            (3, New),
            (4, Duplicate),
            (5, Broken),
            (6, Broken),
            (7, Broken),
            (8, New)
        ]
    );
    assert_eq!(rehearsed.rows[0].fields, ["e-mail"]);
    assert_eq!(rehearsed.rows[2].reason, "The same person is on line 3.");
    assert!(
        rehearsed.rows[3].reason.contains("“12 34”"),
        "shown as written"
    );
    assert!(
        rehearsed.rows[6].warnings[0].contains("Omar Sy on line 3"),
        "P-7"
    );
    assert_eq!(rehearsed.ignored_columns, ["shoe size"]);
    assert_eq!(
        row(&rig, known.id).await.requester,
        known.requester,
        "only rehearsed"
    );

    let only_omar = "name;mobile\nOmar Sy;+13125550178\n";
    let done = rig
        .app
        .import_people(csv(only_omar.as_bytes(), true))
        .await
        .unwrap();
    assert!(done.applied);
    assert_eq!(row(&rig, known.id).await.requester, "Omar Sy", "P-6");
    let again = rig
        .app
        .import_people(csv(only_omar.as_bytes(), true))
        .await
        .unwrap();
    assert_eq!((again.same, again.undo), (1, None));
    undo(&rig, &done.undo.unwrap()).await.unwrap();
    assert_eq!(row(&rig, known.id).await.requester, known.requester);
}

#[tokio::test(flavor = "multi_thread")]
async fn files_in_odd_encodings_and_of_no_use_are_told_apart() {
    let rig = Rig::practising().await;
    let old = b"Vorname;Nachname;Handy\nJ\xfcrgen;M\xfcller;+4915123456789\n";
    let report = rig.app.import_people(csv(old, false)).await.unwrap();
    assert_eq!(
        (report.encoding.as_str(), report.rows[0].name.as_str()),
        ("windows-1252", "Jürgen Müller")
    );
    let card = "BEGIN:VCARD\nVERSION:3.0\nFN:Li Wei\nTEL;TYPE=CELL:+14155552675\nEND:VCARD\n";
    let report = rig
        .app
        .import_people(csv(card.as_bytes(), true))
        .await
        .unwrap();
    assert_eq!((report.format.as_str(), report.new), ("vCard", 1));
    for useless in [&b"a,b\n1,2\n"[..], b"", b"\x00\x01\x02PNG\x00"] {
        let refused = rig
            .app
            .import_people(csv(useless, true))
            .await
            .err()
            .unwrap();
        assert_eq!(refused.code, ErrorCode::InvalidInput);
    }
}

pub fn start(rig_number: &str, number: &str, person_id: Option<&str>) -> StartConversation {
    StartConversation {
        message_id: uuid::Uuid::now_v7().to_string(),
        provider_number: rig_number.to_owned(),
        number: number.to_owned(),
        person_id: person_id.map(str::to_owned),
        body: "Your bike is ready".to_owned(),
        move_number: false,
        take_over: false,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_8_to_a_13_a_new_message_knows_names_numbers_and_whose_they_are() {
    let rig = Rig::practising().await;
    let jane = save(&rig, "Jane Doe", PersonKindView::User, JANE).await;
    let omar = save(&rig, "Omar Sy", PersonKindView::Consumer, OMAR).await;
    let ask = |query: &str, person: Option<&str>, number: Option<&str>, sender: Option<String>| {
        ComposeTo {
            query: query.to_owned(),
            person_id: person.map(str::to_owned),
            number: number.map(str::to_owned),
            provider_number: sender,
        }
    };
    let sender = rig.number().await;
    let by_name = rig
        .app
        .compose_to(ask("jan", None, None, None))
        .await
        .unwrap();
    assert_eq!(by_name.people[0].name, "Jane Doe");
    assert_eq!(by_name.number, None);
    assert!(!by_name.senders.is_empty(), "A-8");

    let chosen = rig
        .app
        .compose_to(ask("", Some(&jane.person_id), None, Some(sender.clone())))
        .await
        .unwrap();
    assert_eq!(chosen.choices[0].number, JANE, "A-11");
    assert_eq!(chosen.number.as_deref(), Some(JANE));
    assert!(chosen.existing.is_none());

    let never = rig
        .app
        .compose_to(ask("0049", None, None, None))
        .await
        .unwrap();
    assert_eq!(
        (never.number, never.number_problem),
        (None, None),
        "may still become one"
    );
    let never = rig
        .app
        .compose_to(ask("+1 234 567 8901234", None, None, None))
        .await
        .unwrap();
    assert!(never.number_problem.is_some(), "P-15");

    // Jane's number, but for Omar.
    let pasted = rig
        .app
        .compose_to(ask(
            "(202) 555-0143",
            Some(&omar.person_id),
            Some(JANE),
            Some(sender.clone()),
        ))
        .await
        .unwrap();
    assert_eq!(pasted.moves_from.unwrap().name, "Jane Doe");
    let refused = rig
        .app
        .start_conversation(start(&sender, "(202) 555-0143", Some(&omar.person_id)))
        .await
        .err()
        .unwrap();
    assert_eq!(refused.code, ErrorCode::NumberOfSomebodyElse);
    assert!(
        list_of(&rig.app, InboxList::Ongoing).await.rows.is_empty(),
        "P-16: nothing was made"
    );
    let confirmed = StartConversation {
        move_number: true,
        ..start(&sender, "(202) 555-0143", Some(&omar.person_id))
    };
    let started = rig.app.start_conversation(confirmed).await.unwrap();
    assert_eq!(
        row(&rig, started.conversation_id).await.requester,
        "Omar Sy"
    );
    wait_for(&rig.app, "the text on the phone", async || {
        let texts = rig.received(JANE).await;
        texts
            .into_iter()
            .find(|text| text.body == "Your bike is ready")
    })
    .await;

    // the conversation is there now.
    let again = rig
        .app
        .compose_to(ask(
            "",
            Some(&omar.person_id),
            Some(JANE),
            Some(sender.clone()),
        ))
        .await
        .unwrap();
    let existing = again.existing.unwrap();
    assert_eq!(existing.row.id, started.conversation_id);
    assert_eq!(existing.assigned_to.as_deref(), Some("You"));

    let foreign = rig
        .app
        .start_conversation(start("+15005550001", JANE, None))
        .await;
    assert_eq!(foreign.err().unwrap().code, ErrorCode::NotAllowed, "A-10");
    let letters = rig
        .app
        .start_conversation(start(&sender, "1-800-FLOWERS", None))
        .await;
    assert_eq!(letters.err().unwrap().code, ErrorCode::InvalidInput, "P-15");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_16_who_opted_out_cannot_be_written_to_first() {
    let rig = Rig::practising().await;
    rig.text(JANE, "hello").await;
    rig.write(JANE, "STOP", vec![]).await;
    let sender = rig.number().await;
    let view = wait_for(&rig.app, "the opt-out", async || {
        let request = ComposeTo {
            query: JANE.to_owned(),
            person_id: None,
            number: None,
            provider_number: Some(rig.number().await),
        };
        let view = rig.app.compose_to(request).await.unwrap();
        view.cannot_send.clone().map(|_| view)
    })
    .await;
    assert!(view.cannot_send.unwrap().contains("STOP"));
    let refused = rig.app.start_conversation(start(&sender, JANE, None)).await;
    assert_eq!(refused.err().unwrap().code, ErrorCode::OptedOut);
}
