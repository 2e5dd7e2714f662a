//! V-21: requests of topics to other systems, over real HTTP on this machine.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use secrecy::SecretString;
use serde_json::json;
use tern_domain::topic::{BotSettings, RequestLimits, TopicFile, VirtualAgent};
use tern_engine::BotSecrets;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

use super::served::{HELLO, settings, topic};
use crate::line::{ANNA, Line, until};

/// Another system: answers every call with the same, and remembers what it was asked.
struct Other {
    port: u16,
    asked: Arc<Mutex<Vec<String>>>,
    server: tokio::task::JoinHandle<()>,
}

impl Other {
    async fn answering(answer: &str) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        Self::on(listener, answer)
    }

    fn on(listener: TcpListener, answer: &str) -> Self {
        let port = listener.local_addr().unwrap().port();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let (heard, answer) = (asked.clone(), answer.to_owned());
        let server = tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let mut call = vec![0; 64 * 1024];
                let length = stream.read(&mut call).await.unwrap();
                let call = String::from_utf8_lossy(&call[..length]).into_owned();
                heard.lock().unwrap().push(call);
                stream.write_all(answer.as_bytes()).await.unwrap();
                let _closed = stream.shutdown().await;
            }
        });
        Self {
            port,
            asked,
            server,
        }
    }

    fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

impl Drop for Other {
    fn drop(&mut self) {
        self.server.abort();
    }
}

fn good(body: &str) -> String {
    format!(
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    )
}

struct OneSecret;

#[async_trait]
impl BotSecrets for OneSecret {
    async fn find(&self, name: &str) -> Option<SecretString> {
        (name == "shop").then(|| SecretString::from("let-me-in"))
    }
}

fn stock(port: u16) -> TopicFile {
    topic(
        "stock",
        json!({ "nodes": [
            { "id": "ask", "kind": "askText", "variable": "thing", "prompt": "What?", "next": "call" },
            { "id": "call", "kind": "request", "method": "POST", "secret": "shop",
              "url": format!("http://127.0.0.1:{port}/stock/{{{{ thing }}}}"),
              "body": [{ "name": "thing", "value": "thing" }],
              "response": [{ "variable": "left", "path": "/left" }],
              "next": "say", "failed": "sorry" },
            { "id": "say", "kind": "sayText", "text": "{{ left }} left." },
            { "id": "sorry", "kind": "sayText", "text": "I cannot tell now." }
        ]}),
    )
}

fn allowed() -> VirtualAgent {
    VirtualAgent {
        chat: BotSettings {
            allowed_hosts: vec!["127.0.0.1".to_owned()],
            request_limits: RequestLimits {
                millis: 20_000,
                bytes: 1_000,
            },
            ..BotSettings::default()
        },
        ..settings()
    }
}

async fn line(port: u16) -> Line {
    let mut line = Line::without_engine(Default::default(), crate::line::quick()).await;
    line.bot_secrets = Arc::new(OneSecret);
    line.start_engine();
    line.serve(allowed(), vec![stock(port)]).await;
    line.says(ANNA, "stock", 2).await;
    line
}

#[tokio::test]
async fn v_21_a_topic_asks_another_system_and_goes_on_with_its_answer() {
    let other = Other::answering(&good(r#"{"left": 3}"#)).await;
    let line = line(other.port).await;
    let shown = line.says(ANNA, "red bikes", 3).await;
    assert_eq!(shown, [HELLO, "What?", "3 left."]);
    let asked = other.asked();
    assert_eq!(asked.len(), 1);
    let call = asked[0].to_lowercase();
    assert!(
        call.starts_with("post /stock/red%20bikes http/1.1"),
        "{call}"
    );
    assert!(call.contains("authorization: bearer let-me-in"));
    assert!(call.contains(r#"{"thing":"red bikes"}"#));
    let key = format!("idempotency-key: {}-1", line.interaction().await.id);
    assert!(call.contains(&key), "{call}");
}

#[tokio::test]
async fn v_21_redirects_refusals_nonsense_and_floods_are_no_answer() {
    let elsewhere = Other::answering(&good(r#"{"left": 3}"#)).await;
    let redirect = format!(
        "HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:{}/\r\ncontent-length: 0\r\n\r\n",
        elsewhere.port
    );
    for answer in [
        redirect,
        "HTTP/1.1 500 Oh no\r\ncontent-length: 0\r\n\r\n".to_owned(),
        good("<html>hello</html>"),
        good(&format!("[\"{}\"]", "x".repeat(2_000))),
    ] {
        let other = Other::answering(&answer).await;
        let line = line(other.port).await;
        let shown = line.says(ANNA, "bikes", 3).await;
        assert_eq!(shown[2], "I cannot tell now.", "{answer}");
        assert_eq!(other.asked().len(), 1, "{answer}");
    }
    assert!(elsewhere.asked().is_empty(), "no redirect is followed");
}

#[tokio::test]
async fn v_21_a_request_that_was_cut_off_is_made_again_under_the_same_key() {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let mut line = line(port).await;
    line.next_second().await;
    line.text(ANNA, "bikes").await;
    // Nobody answers: the connection waits.
    until("the request", async || {
        let open = line.store.read(|conn| conn.list_bot_requests(9)).await;
        (open.unwrap().len() == 1).then_some(())
    })
    .await;
    line.crash().await;
    let other = Other::on(listener, &good(r#"{"left": 0}"#));
    line.start_engine();
    line.phone_shows(ANNA, &[HELLO, "What?", "0 left."]).await;
    let open = line.store.read(|conn| conn.list_bot_requests(9)).await;
    assert!(open.unwrap().is_empty());
    let keys: std::collections::BTreeSet<_> = other
        .asked()
        .iter()
        .filter_map(|call| {
            let line = call.to_lowercase();
            let found = line.lines().find(|it| it.starts_with("idempotency-key"));
            found.map(ToOwned::to_owned)
        })
        .collect();
    assert_eq!(keys.len(), 1);
}

#[tokio::test]
async fn v_21_a_host_that_is_not_allowed_any_more_is_not_asked() {
    let other = Other::answering(&good(r#"{"left": 3}"#)).await;
    let line = line(other.port).await;
    // Sessions go on with the topic they began with; the hosts are the team's of now.
    line.serve(settings(), Vec::new()).await;
    line.text(ANNA, "bikes").await;
    until("an answer", async || {
        (line.bot_wrote(ANNA, 3).await.len() >= 3).then_some(())
    })
    .await;
    assert!(other.asked().is_empty());
}
