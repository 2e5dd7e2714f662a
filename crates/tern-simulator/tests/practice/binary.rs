//! The program: its one line, its options, its end.

use std::process::Stdio;
use std::time::Duration;

use serde_json::Value;
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, BufReader};
use tokio::process::{Child, Command};

fn program(arguments: &[&str]) -> Child {
    Command::new(env!("CARGO_BIN_EXE_tern-simulator"))
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .unwrap()
}

async fn ended(child: &mut Child) -> std::process::ExitStatus {
    tokio::time::timeout(Duration::from_secs(20), child.wait())
        .await
        .unwrap()
        .unwrap()
}

#[tokio::test]
async fn it_prints_one_line_serves_and_stops_with_its_input() {
    let mut child = program(&[
        "--port",
        "0",
        "--seed",
        "7",
        "--history",
        "20:3:1",
        "--stop-with-input",
    ]);
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    let mut line = String::new();
    stdout.read_line(&mut line).await.unwrap();
    let printed: Value = serde_json::from_str(&line).unwrap();
    for field in [
        "base_url",
        "account_sid",
        "auth_token",
        "api_key_sid",
        "api_key_secret",
    ] {
        assert!(printed[field].is_string(), "{field}");
    }
    assert_eq!(printed["numbers"].as_array().unwrap().len(), 2);
    let text = |field: &str| printed[field].as_str().unwrap().to_owned();
    let url = format!(
        "{}/2010-04-01/Accounts/{}/Messages.json",
        text("base_url"),
        text("account_sid")
    );
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let page: Value = client
        .get(url)
        .basic_auth(text("api_key_sid"), Some(text("api_key_secret")))
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    assert_eq!(page["messages"].as_array().unwrap().len(), 20);
    drop(child.stdin.take());
    assert!(ended(&mut child).await.success());
    let mut rest = String::new();
    stdout.read_to_string(&mut rest).await.unwrap();
    assert_eq!(rest, "", "nothing after the one line");
}

#[cfg(unix)]
#[tokio::test]
async fn it_ends_cleanly_when_asked_to_terminate() {
    let mut child = program(&[]);
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap())
        .read_line(&mut line)
        .await
        .unwrap();
    let id = child.id().unwrap().to_string();
    assert!(
        Command::new("kill")
            .args(["-TERM", &id])
            .status()
            .await
            .unwrap()
            .success()
    );
    assert!(ended(&mut child).await.success());
}

#[tokio::test]
async fn help_says_that_state_is_in_memory_and_wrong_options_fail() {
    let output = program(&["--help"]).wait_with_output().await.unwrap();
    assert!(output.status.success());
    assert!(
        String::from_utf8(output.stdout)
            .unwrap()
            .contains("memory only")
    );
    let output = program(&["--nonsense"]).wait_with_output().await.unwrap();
    assert!(!output.status.success());
    assert!(output.stdout.is_empty() && !output.stderr.is_empty());
}
