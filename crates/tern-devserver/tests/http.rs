//! The program itself, over HTTP: who gets in, what is served, and that it dies where it is told to.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic
)]
#![allow(missing_docs)]

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use reqwest::{Client, StatusCode, redirect};
use serde_json::{Value, json};
use tern_simulator::{Simulator, SimulatorConfig};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

const PATIENCE: Duration = Duration::from_secs(30);
const KEY: &str = "0101010101010101010101010101010101010101010101010101010101010101";
const PHONE: &str = "+12025550143";

/// A running program.
struct Program {
    child: Child,
    base: String,
    url: String,
    token: String,
    client: Client,
}

impl Program {
    async fn start(folder: &Path, arguments: &[&str]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_tern-devserver"))
            .args(["--key-hex", KEY, "--data-dir", folder.to_str().unwrap()])
            .args(arguments)
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let line = tokio::time::timeout(PATIENCE, lines.next_line())
            .await
            .unwrap()
            .unwrap()
            .unwrap();
        let line: Value = serde_json::from_str(&line).unwrap();
        let url = line["url"].as_str().unwrap().to_owned();
        Self {
            child,
            base: url.split("/?").next().unwrap().to_owned(),
            token: line["token"].as_str().unwrap().to_owned(),
            url,
            client: Client::builder()
                .redirect(redirect::Policy::none())
                .build()
                .unwrap(),
        }
    }

    async fn call(&self, name: &str, request: Value) -> Result<Value, Value> {
        let sent = self
            .client
            .post(format!("{}/call/{name}", self.base))
            .bearer_auth(&self.token);
        let answer = sent.json(&request).send().await.unwrap();
        let status = answer.status();
        let body = answer.json().await.unwrap();
        if status.is_success() {
            Ok(body)
        } else {
            Err(body)
        }
    }

    async fn rows(&self) -> Vec<Value> {
        let request = json!({ "list": "new", "after": null, "limit": 50 });
        self.call("list_conversations", request).await.unwrap()["rows"]
            .as_array()
            .unwrap()
            .clone()
    }

    async fn wait_for_row(&self) -> Value {
        let found = async {
            loop {
                if let Some(row) = self.rows().await.into_iter().next() {
                    return row;
                }
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        };
        tokio::time::timeout(PATIENCE, found)
            .await
            .expect("a row in the list")
    }

    async fn end(mut self) {
        self.child.kill().await.unwrap();
    }
}

#[tokio::test]
async fn a_text_written_on_a_phone_is_seen_through_http_and_only_by_the_holder_of_the_token() {
    let folder = tempfile::tempdir().unwrap();
    let ui = tempfile::tempdir().unwrap();
    std::fs::write(ui.path().join("index.html"), "<!doctype html>Tern").unwrap();
    let program = Program::start(
        folder.path(),
        &["--practice", "--ui", ui.path().to_str().unwrap()],
    )
    .await;

    let get = |path: &str| program.client.get(format!("{}{path}", program.base));
    assert_eq!(
        get("/").send().await.unwrap().status(),
        StatusCode::UNAUTHORIZED
    );
    assert_eq!(
        get("/?token=guess").send().await.unwrap().status(),
        StatusCode::UNAUTHORIZED
    );
    let stranger = get("/")
        .bearer_auth(&program.token)
        .header("origin", "https://evil.example");
    assert_eq!(
        stranger.send().await.unwrap().status(),
        StatusCode::FORBIDDEN
    );
    let rebound = get("/")
        .bearer_auth(&program.token)
        .header("host", "evil.example");
    assert_eq!(
        rebound.send().await.unwrap().status(),
        StatusCode::FORBIDDEN
    );

    let welcome = program.client.get(&program.url).send().await.unwrap();
    assert_eq!(welcome.status(), StatusCode::SEE_OTHER);
    let cookie = welcome.headers()["set-cookie"].to_str().unwrap().to_owned();
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict"));
    let page = get("/")
        .header("cookie", cookie.split(';').next().unwrap())
        .send()
        .await
        .unwrap();
    assert!(
        page.headers()["content-security-policy"]
            .to_str()
            .unwrap()
            .contains("script-src 'self'")
    );
    assert!(page.text().await.unwrap().contains("Tern"));

    let mut events = get("/events")
        .bearer_auth(&program.token)
        .send()
        .await
        .unwrap();
    let text = json!({ "from": PHONE, "to": "+14155550100", "body": "Hello", "pictures": [] });
    program.call("practice_text", text).await.unwrap();
    let row = program.wait_for_row().await;
    assert_eq!(row["preview"], "Hello");
    let mut seen = String::new();
    while !seen.contains("\"kind\":\"arrived\"") {
        let chunk = tokio::time::timeout(PATIENCE, events.chunk())
            .await
            .unwrap()
            .unwrap()
            .unwrap();
        seen.push_str(&String::from_utf8_lossy(&chunk));
    }
    assert_eq!(
        program
            .call("no_such_command", Value::Null)
            .await
            .unwrap_err()["code"],
        "badRequest"
    );
    assert_eq!(
        program
            .call("search", json!({ "query": 7 }))
            .await
            .unwrap_err()["code"],
        "badRequest"
    );
    program.end().await;
}

#[tokio::test]
async fn it_dies_where_it_is_told_to_and_finds_everything_again_with_the_carrier_alive() {
    let folder = tempfile::tempdir().unwrap();
    let simulator = Simulator::start(SimulatorConfig::default()).await.unwrap();
    let account = simulator.account();
    let line = json!({
        "base_url": simulator.base_url(),
        "control_url": simulator.control_url(),
        "account_sid": account.account_sid,
        "auth_token": account.auth_token,
        "numbers": account.numbers,
    })
    .to_string();
    let mut program = Program::start(
        folder.path(),
        &[
            "--practice",
            "--sim",
            &line,
            "--kill-at",
            "inbound.journaled:1",
        ],
    )
    .await;
    let text = json!({ "to": account.numbers[0], "body": "Do not lose me" });
    let url = format!("{}/sim/handsets/{PHONE}/texts", simulator.control_url());
    Client::new()
        .post(url)
        .json(&text)
        .send()
        .await
        .unwrap()
        .error_for_status()
        .unwrap();
    let status = tokio::time::timeout(PATIENCE, program.child.wait())
        .await
        .unwrap()
        .unwrap();
    #[cfg(unix)]
    assert_eq!(
        std::os::unix::process::ExitStatusExt::signal(&status),
        Some(9)
    );
    assert!(!status.success());

    let program = Program::start(folder.path(), &["--sim", &line]).await;
    let row = program.wait_for_row().await;
    assert_eq!(
        (row["preview"].as_str(), row["unread"].as_u64()),
        (Some("Do not lose me"), Some(1))
    );
    assert_eq!(program.rows().await.len(), 1);
    program.end().await;
    simulator.shutdown().await;
}

#[tokio::test]
async fn a_passphrase_file_stands_in_for_a_person() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("passphrase");
    std::fs::write(&file, "correct horse battery\n").unwrap();
    let data = tempfile::tempdir().unwrap();
    for _ in 0..2 {
        let arguments = ["--practice", "--passphrase-file", file.to_str().unwrap()];
        let program = Program::start(data.path(), &arguments).await;
        let status = program.call("app_status", Value::Null).await.unwrap();
        assert_eq!(status["phase"]["kind"], "ready");
        let security = program.call("security", Value::Null).await.unwrap();
        assert_eq!(security["keyHolder"], "passphrase");
        program.end().await;
    }
}
