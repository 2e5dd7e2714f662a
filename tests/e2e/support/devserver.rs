//! A `tern-devserver` process: the whole app without a window, to be killed and started again.

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use serde_json::Value;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

/// The process is no longer there to answer.
#[derive(Debug)]
pub(crate) struct Gone;

/// One running process; killed when dropped.
pub(crate) struct Devserver {
    child: Child,
    base: String,
    token: String,
    http: reqwest::Client,
}

impl Devserver {
    /// Starts it on the practice line of a simulator that outlives it, and waits until it listens.
    pub(crate) async fn start(
        folder: &Path,
        key: &str,
        line: &Value,
        kill_at: Option<&str>,
    ) -> Result<Self, String> {
        let mut command = Self::command(folder, key, line);
        if let Some(step) = kill_at {
            command.args(["--kill-at", step]);
        }
        Self::spawn(command).await
    }

    /// The same, as talkative as it can be: its log and its temporary files go into `traces`.
    pub(crate) async fn start_traced(
        folder: &Path,
        key: &str,
        line: &Value,
        kill_at: Option<&str>,
        traces: &Path,
    ) -> Result<Self, String> {
        let mut command = Self::command(folder, key, line);
        let log = std::fs::File::options()
            .create(true)
            .append(true)
            .open(traces.join("tern.log"))
            .map_err(|error| error.to_string())?;
        command
            .env("RUST_LOG", "tern=trace,debug")
            .env("TMPDIR", traces)
            .current_dir(traces)
            .stderr(log);
        if let Some(step) = kill_at {
            command.args(["--kill-at", step]);
        }
        Self::spawn(command).await
    }

    fn command(folder: &Path, key: &str, line: &Value) -> Command {
        let mut command = Command::new(binary());
        command
            .arg("--data-dir")
            .arg(folder)
            .args([
                "--port",
                "0",
                "--practice",
                "--key-hex",
                key,
                "--sim",
                &line.to_string(),
            ])
            .env("RUST_LOG", "tern=info,warn")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true);
        command
    }

    async fn spawn(mut command: Command) -> Result<Self, String> {
        let mut child = command
            .spawn()
            .map_err(|error| format!("start tern-devserver: {error}"))?;
        let output = child.stdout.take().ok_or("no output")?;
        let mut line = String::new();
        let mut output = BufReader::new(output);
        tokio::time::timeout(Duration::from_secs(60), output.read_line(&mut line))
            .await
            .map_err(|_| "tern-devserver does not say where it listens")?
            .map_err(|error| error.to_string())?;
        let said: Value =
            serde_json::from_str(&line).map_err(|_| format!("tern-devserver said {line:?}"))?;
        let (base, token) = said["url"]
            .as_str()
            .and_then(|url| url.split_once("/?token="))
            .ok_or_else(|| format!("no address in {line:?}"))?;
        Ok(Self {
            child,
            base: base.to_owned(),
            token: token.to_owned(),
            http: reqwest::Client::builder()
                .timeout(Duration::from_secs(30))
                // The window has no connection either in which a request could stay.
                .pool_max_idle_per_host(0)
                .build()
                .map_err(|error| error.to_string())?,
        })
    }

    /// Gives a command: the answer, or the app's refusal; `Gone` when nobody answered.
    pub(crate) async fn call(
        &self,
        name: &str,
        request: &Value,
    ) -> Result<Result<Value, Value>, Gone> {
        let answer = self
            .http
            .post(format!("{}/call/{name}", self.base))
            .bearer_auth(&self.token)
            .json(request)
            .send()
            .await
            .map_err(|_| Gone)?;
        let is_success = answer.status().is_success();
        let body: Value = answer.json().await.map_err(|_| Gone)?;
        Ok(if is_success { Ok(body) } else { Err(body) })
    }

    /// The process; `None` once it has ended.
    pub(crate) fn id(&self) -> Option<u32> {
        self.child.id()
    }

    /// Ends the process and waits until it is gone.
    pub(crate) async fn end(&mut self) -> Result<(), String> {
        self.child.kill().await.map_err(|error| error.to_string())
    }

    /// Waits for the end of the process; `true` if SIGKILL ended it.
    pub(crate) async fn was_killed(&mut self) -> bool {
        use std::os::unix::process::ExitStatusExt as _;
        let ended = tokio::time::timeout(Duration::from_secs(30), self.child.wait()).await;
        ended.is_ok_and(|status| status.is_ok_and(|status| status.signal() == Some(9)))
    }
}

fn binary() -> std::path::PathBuf {
    std::env::var_os("TERN_DEVSERVER_BIN").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/debug/tern-devserver"),
        Into::into,
    )
}
