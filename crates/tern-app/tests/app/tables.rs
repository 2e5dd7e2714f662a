//! Tables over a real file: defined, filled by hand and from CSV, taken back, and refused in words.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use tern_app::ErrorCode;
use tern_app::dto::*;

use crate::rig::Rig;
use crate::team::{add_agent, me, sign_in};

fn column(name: &str, kind: ColumnKindView) -> RecordColumnView {
    RecordColumnView {
        name: name.to_owned(),
        label: format!("The {name}"),
        kind,
    }
}

pub(crate) fn orders() -> SaveRecordTable {
    SaveRecordTable {
        name: "orders".to_owned(),
        display_name: "Orders".to_owned(),
        columns: vec![
            column("number", ColumnKindView::Text),
            column("status", ColumnKindView::Text),
            column("total", ColumnKindView::Number),
            column("phone", ColumnKindView::Phone),
        ],
        key: Some("number".to_owned()),
        is_new: true,
    }
}

pub(crate) fn cells(cells: &[(&str, &str)]) -> BTreeMap<String, String> {
    let cells = cells.iter();
    cells
        .map(|(name, text)| ((*name).to_owned(), (*text).to_owned()))
        .collect()
}

pub(crate) fn row(id: Option<&str>, with: &[(&str, &str)]) -> SaveRow {
    SaveRow {
        table: "orders".to_owned(),
        id: id.map(str::to_owned),
        cells: cells(with),
    }
}

pub(crate) async fn rows(rig: &Rig, search: &str) -> Vec<BTreeMap<String, String>> {
    let request = ListRows {
        table: "orders".to_owned(),
        search: search.to_owned(),
        after: None,
        limit: 100,
    };
    let page = rig.app.list_rows(request).await.unwrap();
    page.rows.into_iter().map(|row| row.cells).collect()
}

async fn undo(rig: &Rig, undo: impl Into<String>) -> Result<(), tern_app::ApiError> {
    rig.app.undo_change(UndoChange { undo: undo.into() }).await
}

async fn with_orders() -> Rig {
    let rig = Rig::practising().await;
    rig.app.save_record_table(orders()).await.unwrap();
    rig
}

#[tokio::test]
async fn v_21_rows_are_written_by_hand_and_every_step_can_be_taken_back() {
    let rig = with_orders().await;
    let app = &rig.app;
    let first = row(
        None,
        &[
            ("number", "A-1"),
            ("phone", "(415) 555-2671"),
            ("total", "12.50"),
        ],
    );
    let first = app.save_row(first).await.unwrap();
    let written = first.row.unwrap();
    assert_eq!(
        written.cells["phone"], "+14155552671",
        "a number of the team's country"
    );
    assert_eq!(written.cells["total"], "12.5");
    let twice = app
        .save_row(row(None, &[("number", "a-1")]))
        .await
        .err()
        .unwrap();
    assert!(
        twice
            .message
            .contains("Another row has the same “The number”"),
        "{twice}"
    );
    let odd = row(Some(&written.id), &[("total", "much")]);
    let odd = app.save_row(odd).await.err().unwrap();
    assert_eq!(odd.code, ErrorCode::InvalidInput);
    assert!(
        odd.message.contains("“The total” has to be a number"),
        "{odd}"
    );
    let changed = row(Some(&written.id), &[("status", "sent"), ("total", "")]);
    let changed = app.save_row(changed).await.unwrap();
    assert_eq!(
        rows(&rig, "SENT").await[0],
        changed.row.clone().unwrap().cells
    );
    undo(&rig, changed.undo).await.unwrap();
    assert_eq!(rows(&rig, "").await[0], written.cells);
    let gone = RowRef {
        table: "orders".to_owned(),
        id: written.id.clone(),
    };
    let deleted = app.delete_row(gone.clone()).await.unwrap();
    assert_eq!(rows(&rig, "").await, [] as [BTreeMap<_, _>; 0]);
    assert_eq!(
        app.delete_row(gone).await.err().unwrap().code,
        ErrorCode::NotFound
    );
    undo(&rig, deleted.undo).await.unwrap();
    assert_eq!(rows(&rig, "").await, [written.cells]);
    // What was changed since is not overwritten.
    let again = app
        .save_row(row(Some(&written.id), &[("status", "new")]))
        .await
        .unwrap();
    app.save_row(row(Some(&written.id), &[("status", "later")]))
        .await
        .unwrap();
    assert_eq!(
        undo(&rig, again.undo).await.unwrap_err().code,
        ErrorCode::NotAllowed
    );
    rig.app.shutdown().await;
}

#[tokio::test]
async fn v_11_an_agent_sends_a_row_with_the_columns_that_they_choose() {
    let rig = with_orders().await;
    let app = &rig.app;
    let cells = [
        ("number", "A-1"),
        ("phone", "(415) 555-2671"),
        ("status", "sent"),
    ];
    let written = app.save_row(row(None, &cells)).await.unwrap().row.unwrap();
    let card = |columns: &[&str]| RowAsCard {
        table: "orders".to_owned(),
        id: written.id.clone(),
        columns: columns.iter().map(ToString::to_string).collect(),
    };
    let text = app.row_as_card(card(&["status", "total", "number"])).await;
    assert_eq!(text.unwrap().text, "The number A-1\nThe status: sent");
    let text = app.row_as_card(card(&["status"])).await.unwrap().text;
    assert_eq!(text, "The status sent");
    let nothing = app.row_as_card(card(&[])).await.unwrap().text;
    assert_eq!(nothing, "Orders");
    let gone = RowAsCard {
        id: "999".to_owned(),
        ..card(&["status"])
    };
    let gone = app.row_as_card(gone).await.err().unwrap();
    assert_eq!(gone.code, ErrorCode::NotFound);
}

#[tokio::test]
async fn v_21_a_file_is_looked_at_line_by_line_then_taken_in_and_taken_back() {
    let rig = with_orders().await;
    let app = &rig.app;
    app.save_row(row(None, &[("number", "A-1"), ("status", "new")]))
        .await
        .unwrap();
    app.save_row(row(None, &[("number", "A-2"), ("status", "new")]))
        .await
        .unwrap();
    let before = rows(&rig, "").await;
    let text = "The Number;Status;TOTAL;Colour\n\
                a-1;versandt f\u{fc}r morgen;12;red\n\
                A-2;new;;red\n\
                \n\
                A-3;new;7;\n\
                A-3;new;8;\n\
                A-4;new;cheap;\n\
                ;new;1;\n\
                A-5;new\n";
    let bytes = latin_1(text);
    let import = |dry_run| ImportRows {
        table: "orders".to_owned(),
        base64: STANDARD.encode(&bytes),
        dry_run,
    };
    let looked = app.import_rows(import(true)).await.unwrap();
    assert!(!looked.applied && looked.undo.is_none());
    assert_eq!(rows(&rig, "").await, before, "looking changes nothing");
    assert_eq!(looked.ignored_columns, ["Colour"]);
    let told: Vec<_> = looked
        .rows
        .iter()
        .map(|row| (row.line, row.verdict, row.reason.as_str()))
        .collect();
    use ImportVerdict as It;
    let wanted = [
        (2, It::Changed, ""),
        (3, It::Same, ""),
        (5, It::New, ""),
        (6, It::Duplicate, "The same “The number” is on line 5."),
        (
            7,
            It::Broken,
            "“The total” has to be a number, such as 12 or 12.5.",
        ),
        (
            8,
            It::Broken,
            "“The number” tells the rows of this table apart and cannot be empty.",
        ),
        (
            9,
            It::Broken,
            "It has 2 columns where the first line has 4.",
        ),
    ];
    assert_eq!(told, wanted);
    assert_eq!(
        looked.rows[0].fields,
        ["The number", "The status", "The total"]
    );
    let done = app.import_rows(import(false)).await.unwrap();
    assert_eq!(
        (
            done.new,
            done.changed,
            done.same,
            done.duplicate,
            done.broken
        ),
        (1, 1, 1, 1, 3)
    );
    let now = rows(&rig, "").await;
    assert_eq!(now.len(), 3);
    assert_eq!(
        now[0]["status"], "versandt für morgen",
        "an old encoding is read"
    );
    assert_eq!(now[0]["number"], "a-1");
    undo(&rig, done.undo.unwrap()).await.unwrap();
    assert_eq!(rows(&rig, "").await, before);
    let foreign = ImportRows {
        table: "orders".to_owned(),
        base64: STANDARD.encode("shape,size\nround,1\n"),
        dry_run: true,
    };
    let refused = app.import_rows(foreign).await.err().unwrap();
    assert!(
        refused.remedy.contains("The number, The status"),
        "{}",
        refused.remedy
    );
    rig.app.shutdown().await;
}

/// Every character of the test is one of Latin-1.
fn latin_1(text: &str) -> Vec<u8> {
    let bytes = text.chars().map(|it| u8::try_from(u32::from(it)).unwrap());
    bytes.collect()
}

#[tokio::test]
async fn v_21_ten_thousand_lines_are_taken_in_at_once() {
    let rig = with_orders().await;
    let mut text = "number,status,phone\n".to_owned();
    for index in 0..10_000 {
        text.push_str(&format!("N-{index},open,+1212555{:04}\n", index % 10_000));
    }
    let import = ImportRows {
        table: "orders".to_owned(),
        base64: STANDARD.encode(text),
        dry_run: false,
    };
    let done = rig.app.import_rows(import).await.unwrap();
    assert_eq!(
        (done.new, done.broken),
        (10_000, 0),
        "{:?}",
        done.rows.first().map(|it| &it.reason)
    );
    assert_eq!(rows(&rig, "n-9999").await.len(), 1);
    let tables = rig.app.list_record_tables().await.unwrap();
    assert_eq!(tables[0].rows, 10_000);
    rig.app.shutdown().await;
}

#[tokio::test]
async fn v_21_a_table_is_changed_deleted_and_taken_back_unless_a_published_topic_needs_it() {
    let rig = with_orders().await;
    let app = &rig.app;
    app.save_row(row(None, &[("number", "A-1"), ("status", "new")]))
        .await
        .unwrap();
    let twice = app.save_record_table(orders()).await.unwrap_err();
    assert!(
        twice.message.contains("another table called “orders”"),
        "{twice}"
    );
    let mut wanted = orders();
    wanted.is_new = false;
    wanted.columns.retain(|column| column.name != "status");
    let narrowed = app.save_record_table(wanted.clone()).await.unwrap();
    assert_eq!(narrowed.tables[0].columns.len(), 3);
    assert!(!rows(&rig, "").await[0].contains_key("status"));
    undo(&rig, narrowed.undo.unwrap()).await.unwrap();
    assert_eq!(
        rows(&rig, "").await[0]["status"],
        "new",
        "what was lost is back"
    );
    let gone = RecordTableRef {
        name: "orders".to_owned(),
    };
    let deleted = app.delete_record_table(gone.clone()).await.unwrap();
    assert_eq!(deleted.tables, []);
    undo(&rig, deleted.undo.unwrap()).await.unwrap();
    assert_eq!(rows(&rig, "").await.len(), 1);
    // A published topic looks orders up by their number and shows their status.
    let names = TopicRef {
        name: "order_status".to_owned(),
    };
    app.delete_record_table(gone.clone()).await.unwrap();
    let topic = app.add_ready_topic(names.clone()).await.unwrap();
    let publish = PublishTopic {
        name: names.name,
        revision: topic.revision,
        note: String::new(),
        despite_tests: false,
    };
    app.publish_topic(publish).await.unwrap();
    let tables = app.list_record_tables().await.unwrap();
    assert_eq!(tables[0].used_by, ["Order status"]);
    let refused = app.delete_record_table(gone).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::NotAllowed);
    assert!(refused.message.contains("“Order status”"), "{refused}");
    let refused = app.save_record_table(wanted).await.unwrap_err();
    assert!(refused.message.contains("would stop working"), "{refused}");
    rig.app.shutdown().await;
}

#[tokio::test]
async fn v_24_topics_tables_and_decisions_go_with_the_configuration_file_and_rows_do_not() {
    let (rig, other) = (with_orders().await, Rig::practising().await);
    let app = &rig.app;
    app.save_row(row(None, &[("number", "A-77"), ("status", "secretly")]))
        .await
        .unwrap();
    let ready = TopicRef {
        name: "order_status".to_owned(),
    };
    app.add_ready_topic(TopicRef {
        name: "leave_feedback".to_owned(),
    })
    .await
    .unwrap();
    let feedback = PublishTopic {
        name: "leave_feedback".to_owned(),
        revision: 1,
        note: String::new(),
        despite_tests: false,
    };
    app.publish_topic(feedback).await.unwrap();
    let mut agent = app.virtual_agent().await.unwrap();
    agent.on = true;
    app.save_virtual_agent(agent.clone()).await.unwrap();
    let file = app.export_configuration().await.unwrap();
    assert!(!file.text.contains("A-77") && !file.text.contains("secretly"));
    let text = || ConfigurationText {
        text: file.text.clone(),
    };
    let imported = other.app.import_configuration(text()).await.unwrap();
    let there = other.app.list_topics().await.unwrap();
    assert!(there.on);
    let feedback = there
        .topics
        .iter()
        .find(|it| it.name == "leave_feedback")
        .unwrap();
    assert_eq!(
        (feedback.published_version, feedback.changed),
        (Some(1), false)
    );
    assert_eq!(other.app.virtual_agent().await.unwrap(), agent);
    let again = other.app.import_configuration(text()).await.unwrap();
    assert_eq!(again.undo, None, "nothing differs");
    undo(&other, imported.undo.unwrap()).await.unwrap();
    assert!(!other.app.list_topics().await.unwrap().on);
    assert_eq!(other.app.list_record_tables().await.unwrap(), []);
    // A table with rows stays, although the file does not know it.
    let empty = Rig::practising()
        .await
        .app
        .export_configuration()
        .await
        .unwrap();
    app.import_configuration(ConfigurationText { text: empty.text })
        .await
        .unwrap();
    assert_eq!(rows(&rig, "").await.len(), 1);
    assert_eq!(
        app.topic(ready).await.unwrap_err().code,
        ErrorCode::NotFound
    );
    rig.app.shutdown().await;
    other.app.shutdown().await;
}

#[tokio::test]
async fn q_1_what_a_team_configures_needs_an_administrator() {
    let rig = with_orders().await;
    let app = &rig.app;
    let replies = app.list_replies().await.unwrap().replies;
    let screening = app.screening().await.unwrap().rules;
    let admin = me(&app.team().await.unwrap()).id.clone();
    let helper = add_agent(&rig, "Helper", &[]).await;
    sign_in(&rig, &helper).await;
    let refusals = [
        app.save_replies(SaveReplies { replies }).await.map(drop),
        app.update_screening(screening).await.map(drop),
        app.replace_messaging_actions(ReplaceMessagingActions { actions: vec![] })
            .await
            .map(drop),
        app.save_card_layouts(SaveCardLayouts { layouts: vec![] })
            .await
            .map(drop),
        app.save_record_table(orders()).await.map(drop),
        app.save_row(row(None, &[("number", "A-1")]))
            .await
            .map(drop),
    ];
    for refused in refusals {
        let refused = refused.unwrap_err();
        assert_eq!(refused.code, ErrorCode::NotAllowed);
        assert_eq!(refused.message, "Only an administrator can change this.");
    }
    assert_eq!(rows(&rig, "").await.len(), 0, "reading is for everybody");
    sign_in(&rig, &admin).await;
    app.save_card_layouts(SaveCardLayouts { layouts: vec![] })
        .await
        .unwrap();
    rig.app.shutdown().await;
}
