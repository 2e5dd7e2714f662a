//! Tables that another system fills: all of it or nothing, and every refusal in words.

use tern_app::ErrorCode;
use tern_app::dto::*;

use crate::rig::Rig;
use crate::tables::{cells, orders, row, rows};
use crate::team::{add_agent, sign_in};

type Shared<T> = std::sync::Arc<std::sync::Mutex<T>>;

/// Another system that answers every request with the same, and remembers what it was asked.
async fn other(answer: &str) -> (String, Shared<Vec<String>>) {
    let (url, asked, _) = changing(answer).await;
    (url, asked)
}

/// The same, whose answer can be changed.
async fn changing(answer: &str) -> (String, Shared<Vec<String>>, Shared<String>) {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0))
        .await
        .unwrap();
    let url = format!("http://{}/orders", listener.local_addr().unwrap());
    let asked = Shared::<Vec<String>>::default();
    let says = Shared::new(std::sync::Mutex::new(answer.to_owned()));
    let (heard, told) = (asked.clone(), says.clone());
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut call = vec![0; 64 * 1024];
            let length = stream.read(&mut call).await.unwrap();
            let call = String::from_utf8_lossy(&call[..length]).into_owned();
            heard.lock().unwrap().push(call);
            let answer = told.lock().unwrap().clone();
            stream.write_all(answer.as_bytes()).await.unwrap();
            let _closed = stream.shutdown().await;
        }
    });
    (url, asked, says)
}

fn good(body: &serde_json::Value) -> String {
    let body = body.to_string();
    let length = body.len();
    format!(
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n{body}"
    )
}

async fn allow_this_machine(rig: &Rig) {
    let mut decided = rig.app.virtual_agent().await.unwrap();
    let mut chat: serde_json::Value = serde_json::from_str(&decided.chat).unwrap();
    chat["allowedHosts"] = serde_json::json!(["127.0.0.1"]);
    decided.chat = chat.to_string();
    rig.app.save_virtual_agent(decided).await.unwrap();
}

fn filling(url: &str, path: &str) -> FillFromHttp {
    FillFromHttp {
        table: "orders".to_owned(),
        source: TableSourceView {
            url: url.to_owned(),
            secret: None,
            path: path.to_owned(),
            fields: cells(&[("total", "/sum/amount")]),
        },
        looked: None,
    }
}

#[tokio::test]
async fn v_21_another_system_fills_a_table_all_of_it_or_nothing() {
    let rig = Rig::practising().await;
    let app = &rig.app;
    app.save_record_table(orders()).await.unwrap();
    app.save_row(row(None, &[("number", "A-1"), ("status", "New")]))
        .await
        .unwrap();
    let answer = serde_json::json!({ "data": { "orders": [
        { "Number": "a-1", "status": "Sent", "sum": { "amount": 12.5 }, "colour": "red" },
        { "number": "A-2", "status": null, "sum": { "amount": 3 } },
        { "number": "A-2", "sum": null },
        { "number": "A-3", "sum": { "amount": "many" } },
        "nonsense",
    ] } });
    let (url, asked, says) = changing(&good(&answer)).await;
    let refused = app.fill_from_http(filling(&url, "/data/orders")).await;
    let refused = refused.err().unwrap();
    assert_eq!(refused.code, ErrorCode::InvalidInput);
    assert_eq!(refused.message, "Tern may not ask 127.0.0.1.");
    assert!(asked.lock().unwrap().is_empty());

    allow_this_machine(&rig).await;
    app.set_bot_secret(SetBotSecret {
        name: "shop".to_owned(),
        value: Some("let-me-in".to_owned()),
    })
    .await
    .unwrap();
    let mut looking = filling(&url, "/data/orders");
    looking.source.secret = Some("shop".to_owned());
    let looked = app.fill_from_http(looking.clone()).await.unwrap();
    let counts = |it: &ImportReport| (it.new, it.changed, it.same, it.duplicate, it.broken);
    assert_eq!(counts(&looked), (1, 1, 0, 1, 2), "{:?}", looked.rows.len());
    assert!(!looked.applied && looked.format == "JSON");
    assert!(looked.ignored_columns.contains(&"colour".to_owned()));
    assert!(asked.lock().unwrap()[0].contains("uthorization: Bearer let-me-in"));
    assert_eq!(rows(&rig, "").await.len(), 1, "only looked");
    let tables = app.list_record_tables().await.unwrap();
    assert!(tables[0].source.is_none());

    // What was shown is what is brought in, whatever the other system says by now.
    looking.looked = looked.looked;
    *says.lock().unwrap() = good(&serde_json::json!([{ "number": "A-9" }]));
    let done = app.fill_from_http(looking.clone()).await.unwrap();
    assert!(done.applied && counts(&done) == (1, 1, 0, 1, 2));
    assert_eq!(asked.lock().unwrap().len(), 1, "asked once");
    let kept = rows(&rig, "").await;
    assert_eq!(kept.len(), 2);
    assert_eq!(kept[0]["status"], "Sent");
    assert_eq!(
        (kept[0]["total"].as_str(), kept[1]["total"].as_str()),
        ("12.5", "3")
    );
    let tables = app.list_record_tables().await.unwrap();
    assert_eq!(
        tables[0].source.as_ref(),
        Some(&looking.source),
        "kept for the next time"
    );
    let again = app.fill_from_http(looking.clone()).await.err().unwrap();
    assert_eq!(again.message, "What you looked at is not kept any more.");
    let undo = done.undo.unwrap();
    app.undo_change(UndoChange { undo }).await.unwrap();
    assert_eq!(rows(&rig, "").await.len(), 1);
}

#[tokio::test]
async fn v_21_what_another_system_answers_wrongly_changes_nothing_and_is_told_in_words() {
    let rig = Rig::practising().await;
    let app = &rig.app;
    app.save_record_table(orders()).await.unwrap();
    allow_this_machine(&rig).await;
    for (answer, path, wanted) in [
        (
            good(&serde_json::json!({ "rows": [] })),
            "",
            "What the other system answered is no list.",
        ),
        (
            good(&serde_json::json!([])),
            "",
            "The other system's list is empty.",
        ),
        (
            good(&serde_json::json!([])),
            "/data",
            "The answer has nothing at “/data”.",
        ),
        (
            good(&serde_json::json!([1, 2])),
            "",
            "The list holds no rows with named fields.",
        ),
        (
            good(&serde_json::json!([{ "x": 1 }])),
            "",
            "None of the columns of this table are named there.",
        ),
        (
            "HTTP/1.1 200 OK\r\n\r\n<html>".to_owned(),
            "",
            "What 127.0.0.1 answered is no JSON.",
        ),
        (
            "HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 0\r\n\r\n"
                .to_owned(),
            "",
            "127.0.0.1 sends us to another address (302), which Tern does not follow.",
        ),
        (
            "HTTP/1.1 401 Unauthorized\r\ncontent-length: 0\r\n\r\n".to_owned(),
            "",
            "127.0.0.1 does not let us in (401).",
        ),
    ] {
        let (url, _) = other(&answer).await;
        let mut request = filling(&url, path);
        request.source.fields.clear();
        let refused = app.fill_from_http(request).await.err().unwrap();
        assert_eq!(refused.message, wanted);
    }
    for url in ["ftp://127.0.0.1/x", "orders", "http://example.com/"] {
        let refused = app.fill_from_http(filling(url, "")).await.err().unwrap();
        assert_eq!(refused.message, "This is no address that can be asked.");
    }
    assert!(rows(&rig, "").await.is_empty());
    let ana = add_agent(&rig, "Ben", &[]).await;
    sign_in(&rig, &ana).await;
    let refused = app.fill_from_http(filling("https://127.0.0.1/", "")).await;
    assert_eq!(refused.err().unwrap().code, ErrorCode::NotAllowed);
}
