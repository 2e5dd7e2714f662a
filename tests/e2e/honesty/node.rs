//! Programs of `tests/honesty` as child processes.

use std::io::{BufRead as _, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use serde::Deserialize;
use serde::de::DeserializeOwned;

fn folder() -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("honesty");
    assert!(
        folder.join("node_modules").is_dir(),
        "run `npm ci --ignore-scripts` in {} first",
        folder.display()
    );
    folder
}

fn node(script: &str, arguments: &[&str]) -> Command {
    let mut command = Command::new("node");
    command.current_dir(folder()).arg(script).args(arguments);
    command
}

/// Runs a script to its end and reads every line it prints.
pub(super) fn lines_of<T: DeserializeOwned>(script: &str, arguments: &[&str]) -> Vec<T> {
    let output = node(script, arguments)
        .stderr(Stdio::inherit())
        .output()
        .expect("node runs");
    assert!(
        output.status.success(),
        "{script} ended with {}",
        output.status
    );
    output
        .stdout
        .split(|byte| *byte == b'\n')
        .filter(|line| !line.is_empty())
        .map(|line| serde_json::from_slice(line).expect("a line of JSON"))
        .collect()
}

/// What went through a [`JudgingProxy`].
#[derive(Debug, Deserialize)]
pub(super) struct Report {
    /// How many requests were answered.
    pub(super) exchanges: usize,
    /// Twilio's names of the operations that succeeded.
    pub(super) operations: Vec<String>,
    /// Everything that was against Twilio's description.
    pub(super) violations: Vec<serde_json::Value>,
}

/// A proxy that holds every exchange against Twilio's description.
pub(super) struct JudgingProxy {
    process: Child,
    pub(super) base_url: String,
}

#[derive(Deserialize)]
struct Greeting {
    base_url: String,
}

impl JudgingProxy {
    pub(super) fn start(upstream: &str) -> Self {
        let mut process = node("proxy.js", &[upstream])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("node runs");
        let mut line = String::new();
        BufReader::new(process.stdout.take().expect("a pipe"))
            .read_line(&mut line)
            .expect("a greeting");
        let Greeting { base_url } = serde_json::from_str(&line).expect("a line of JSON");
        Self { process, base_url }
    }

    pub(super) async fn report(&self) -> Report {
        let answer = reqwest::get(format!("{}/honesty/report", self.base_url)).await;
        answer
            .expect("the proxy answers")
            .json()
            .await
            .expect("a report")
    }
}

impl Drop for JudgingProxy {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
