//! From the birth of the process to the inbox on screen, with the seeded file: the real window on an
//! invisible desktop with a session bus and a keychain of its own.
//!
//! Taken only where `TERN_APP` names a built app; `cargo xtask bench --window` builds one.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::Context as _;

use super::desk::prepare;
use crate::figure::{Figure, Target};
use crate::seed::{Bench, KEY};

/// Starts in a row. The first also fills the web view's caches, as on a laptop's first day.
const STARTS: usize = 6;
/// Longest that a start may take on any machine.
const PATIENCE: Duration = Duration::from_secs(120);

/// Unlocks a keychain, puts the file's key there, and becomes the app given as `$0`.
const SESSION: &str = "printf bench | \
    gnome-keyring-daemon --daemonize --unlock --components=secrets >/dev/null && \
    printf %s \"$FILE_KEY\" | \
    secret-tool store --label=Tern service org.tern.desk username file-key && \
    echo $$ >\"$HOME/process\" && exec \"$0\"";

pub(crate) fn take(bench: &Bench) -> anyhow::Result<Vec<Figure>> {
    let Some(app) = std::env::var_os("TERN_APP").map(PathBuf::from) else {
        return Ok(Vec::new());
    };
    let home = prepare(bench, "home")?;
    let mut starts = (0..STARTS)
        .map(|_| start(&app, &home))
        .collect::<anyhow::Result<Vec<f64>>>()?;
    let first = starts.remove(0);
    starts.sort_by(f64::total_cmp);
    let slowest = starts.last().copied().unwrap_or(first);
    Ok(vec![Figure {
        name: "cold start to the inbox in the window".to_owned(),
        value: slowest,
        unit: "ms",
        target: Target::AtMost(1500.0),
        note: format!(
            "slowest of {}; the very first {first:.0} ms, fastest {:.0} ms",
            starts.len(),
            starts.first().copied().unwrap_or(first)
        ),
    }])
}

/// One start, ended as soon as the inbox is painted; answers the milliseconds that the app tells.
fn start(app: &Path, home: &Path) -> anyhow::Result<f64> {
    let before = painted(home).len();
    let mut session = Command::new("xvfb-run")
        .args(["--auto-servernum", "--server-args=-screen 0 1280x800x24"])
        .args(["dbus-run-session", "--", "sh", "-c", SESSION])
        .arg(app)
        .env("HOME", home)
        .env("XDG_RUNTIME_DIR", home.join("runtime"))
        .env("XDG_DATA_HOME", home.join("data"))
        .env("XDG_CONFIG_HOME", home.join("config"))
        .env("XDG_CACHE_HOME", home.join("cache"))
        .env("FILE_KEY", std::str::from_utf8(&KEY)?)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .context("xvfb-run is not installed")?;
    let answer = wait_for_paint(home, before, &mut session);
    end(home);
    session.wait()?;
    answer
}

fn wait_for_paint(home: &Path, before: usize, session: &mut Child) -> anyhow::Result<f64> {
    let begin = Instant::now();
    while begin.elapsed() < PATIENCE {
        if let Some(milliseconds) = painted(home).get(before) {
            return Ok(*milliseconds);
        }
        anyhow::ensure!(session.try_wait()?.is_none(), "the app ended by itself");
        std::thread::sleep(Duration::from_millis(20));
    }
    anyhow::bail!("nothing was painted in {PATIENCE:?}")
}

/// What the app's log says about first screens, in the order of the starts.
fn painted(home: &Path) -> Vec<f64> {
    let Ok(logs) = fs::read_dir(home.join("data/org.tern.desk/logs")) else {
        return Vec::new();
    };
    let mut files: Vec<_> = logs.flatten().map(|entry| entry.path()).collect();
    files.sort();
    files
        .iter()
        .filter_map(|file| fs::read_to_string(file).ok())
        .flat_map(|text| {
            text.lines()
                .filter(|line| line.contains("first screen painted"))
                .filter_map(|line| line.split("milliseconds=").nth(1)?.trim().parse().ok())
                .collect::<Vec<f64>>()
        })
        .collect()
}

/// Ends the app; its session ends with it.
fn end(home: &Path) {
    if let Ok(process) = fs::read_to_string(home.join("process")) {
        let _ = Command::new("kill").arg(process.trim()).status();
    }
}
