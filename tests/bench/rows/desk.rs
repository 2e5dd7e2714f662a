//! The app itself over the seeded file, as a practice line's: for figures of what a person asks the app for.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use serde_json::Value;
use tern_app::{App, AppConfig, MemorySecrets, rpc};
use tern_devserver::EmbeddedLine;
use tokio::runtime::Runtime;

use crate::seed::{Bench, KEY};

/// Longest that a job or the counting of figures may take on any machine.
const PATIENCE: Duration = Duration::from_secs(3 * 3600);
const GLANCE: Duration = Duration::from_millis(20);

/// A home folder in which the seeded file is the practice line's. A copy: what one figure does to it, no other meets.
pub(super) fn prepare(bench: &Bench, name: &str) -> anyhow::Result<PathBuf> {
    bench.store.close();
    let home = bench.folder.join(name);
    let data = data_folder(&home);
    let runtime = home.join("runtime");
    fs::create_dir_all(&data)?;
    fs::create_dir_all(&runtime)?;
    fs::set_permissions(&runtime, fs::Permissions::from_mode(0o700))?;
    for entry in fs::read_dir(&bench.folder)? {
        let path = entry?.path();
        let name = path.file_name().and_then(|name| name.to_str());
        if let Some(rest) = name.and_then(|name| name.strip_prefix("account"))
            && path.is_file()
        {
            fs::copy(&path, data.join(format!("practice{rest}")))?;
        }
    }
    fs::write(data.join("line.json"), r#"{"version":1,"line":"practice"}"#)?;
    Ok(home)
}

pub(super) fn data_folder(home: &Path) -> PathBuf {
    home.join("data/org.tern.desk")
}

/// The running app.
pub(super) struct Desk {
    runtime: Runtime,
    app: App,
    home: PathBuf,
}

impl Desk {
    /// Starts it on a home folder.
    pub(super) fn start(home: PathBuf) -> anyhow::Result<Self> {
        let runtime = Runtime::new()?;
        let mut config = AppConfig::new(
            data_folder(&home),
            Arc::new(MemorySecrets::with_file_key(KEY)),
            Arc::new(EmbeddedLine::default()),
        );
        config.typed_places = true;
        let app = runtime.block_on(App::start(config));
        let desk = Self { runtime, app, home };
        let status = desk.call("app_status", Value::Null)?;
        anyhow::ensure!(
            said(&status, "/phase/kind") == "ready",
            "the desk does not open: {status}"
        );
        Ok(desk)
    }

    /// Gives it a command, as the page does.
    pub(super) fn call(&self, name: &str, request: Value) -> anyhow::Result<Value> {
        let answer = self
            .runtime
            .block_on(rpc::dispatch(&self.app, name, request));
        answer.map_err(|error| anyhow::anyhow!("{name}: {error}"))
    }

    /// Waits until a command's answer is as wanted.
    pub(super) fn until(
        &self,
        name: &str,
        request: &Value,
        is_there: impl Fn(&Value) -> bool,
    ) -> anyhow::Result<Value> {
        let begin = Instant::now();
        while begin.elapsed() < PATIENCE {
            let answer = self.call(name, request.clone())?;
            if is_there(&answer) {
                return Ok(answer);
            }
            std::thread::sleep(GLANCE);
        }
        anyhow::bail!("{name} took more than {PATIENCE:?}")
    }

    /// Waits for the end of a job that was just started; the file that it wrote.
    pub(super) fn finish(&self, job: &Value) -> anyhow::Result<PathBuf> {
        let id = said(job, "/id");
        let of = |jobs: &Value| -> Option<Value> {
            let mut jobs = jobs.as_array()?.iter();
            jobs.find(|it| said(it, "/id") == id).cloned()
        };
        let jobs = self.until("jobs", &Value::Null, |jobs| {
            of(jobs).is_none_or(|it| said(&it, "/state/kind") != "running")
        })?;
        let job = of(&jobs).context("the job is gone")?;
        let place = job.pointer("/state/place").and_then(Value::as_str);
        let place = place.map(PathBuf::from);
        place.with_context(|| format!("the job wrote nothing: {job}"))
    }

    /// Stops it; the folder stays for other figures.
    pub(super) fn stop(self) -> PathBuf {
        self.runtime.block_on(self.app.shutdown());
        self.home
    }
}

/// What stands at a place of an answer, if it is words.
pub(super) fn said<'a>(answer: &'a Value, place: &str) -> &'a str {
    answer
        .pointer(place)
        .and_then(Value::as_str)
        .unwrap_or_default()
}
