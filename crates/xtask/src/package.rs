//! `cargo xtask package`: the installers of the system it runs on.
//!
//! The bundler can end with success and produce nothing, so each file is looked for afterwards.

use std::path::{Path, PathBuf};
use std::time::SystemTime;

use anyhow::{Context, bail};

use crate::node::Project;
use crate::tool::Tool;
use crate::{debian, setup, term, workspace};

/// One kind of installer: the bundler's name of it, and its file's extension.
struct Kind {
    bundle: &'static str,
    extension: &'static str,
}

const KINDS: &[Kind] = if cfg!(windows) {
    &[Kind {
        bundle: "nsis",
        extension: "exe",
    }]
} else if cfg!(target_os = "macos") {
    &[Kind {
        bundle: "dmg",
        extension: "dmg",
    }]
} else {
    &[
        Kind {
            bundle: "deb",
            extension: "deb",
        },
        Kind {
            bundle: "rpm",
            extension: "rpm",
        },
    ]
};

/// Builds the release binary with its own OpenSSL inside and wraps it, with the verifier of exports beside it.
///
/// # Errors
/// A build step failed, or the bundler left no file.
pub(crate) fn package() -> anyhow::Result<()> {
    setup::packages(
        &[debian::BUILD, debian::WINDOW, debian::RUN, debian::BUNDLE],
        false,
    )?;
    Project::Ui.install()?;
    let verifier = build_verifier()?;
    let started = SystemTime::now();
    let bundles: Vec<&str> = KINDS.iter().map(|kind| kind.bundle).collect();
    term::step(&format!("Package: {}", bundles.join(", ")));
    let script = if cfg!(windows) { "tauri.cmd" } else { "tauri" };
    Tool::new(
        Project::Ui
            .folder()
            .join("node_modules")
            .join(".bin")
            .join(script),
    )
    .args([
        "build",
        "--ci",
        "--features",
        "vendored-openssl",
        "--bundles",
        &bundles.join(","),
    ])
    .arg("--config")
    .arg(beside(&verifier).to_string())
    .args(["--", "--locked", "--package", "tern"])
    .run()?;
    let folder = workspace::target().join("release").join("bundle");
    term::step("Packages");
    for kind in KINDS {
        let files = made_since(&folder.join(kind.bundle), kind.extension, started)?;
        if files.is_empty() {
            bail!(
                "the bundler ended well but left no new .{} file",
                kind.extension
            );
        }
        for (file, bytes) in files {
            term::note(&format!("{} ({:.1} MB)", file.display(), megabytes(bytes)));
        }
    }
    Ok(())
}

/// Builds `tern-verify` and puts it where the bundler looks for programs that go along, under the name that it wants:
/// with the system that it was built for. The path without that.
fn build_verifier() -> anyhow::Result<PathBuf> {
    term::step("tern-verify, which checks exports where there is no Tern");
    Tool::cargo(&["build", "--release", "--locked", "--bin", "tern-verify"])
        .args(["--package", "tern-archive"])
        .run()?;
    let told = Tool::new("rustc").args(["--version", "--verbose"]).read()?;
    let system = told
        .lines()
        .find_map(|line| line.strip_prefix("host: "))
        .context("rustc does not say what it builds for")?;
    let folder = workspace::target().join("beside");
    std::fs::create_dir_all(&folder)?;
    let name = format!("tern-verify-{system}{}", std::env::consts::EXE_SUFFIX);
    std::fs::copy(
        workspace::built("release", "tern-verify"),
        folder.join(name),
    )?;
    Ok(folder.join("tern-verify"))
}

/// What the bundler's configuration says more: not in `tauri.conf.json`, because then every build would need it.
fn beside(verifier: &Path) -> serde_json::Value {
    serde_json::json!({ "bundle": { "externalBin": [verifier] } })
}

/// Files of this extension in the folder that are younger than the start.
fn made_since(
    folder: &Path,
    extension: &str,
    started: SystemTime,
) -> anyhow::Result<Vec<(PathBuf, u64)>> {
    let mut found = Vec::new();
    let entries = match std::fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(found),
        Err(error) => {
            return Err(error).with_context(|| format!("cannot list {}", folder.display()));
        }
    };
    for entry in entries {
        let path = entry?.path();
        let about = path.metadata()?;
        let is_kind = path.extension().is_some_and(|found| found == extension);
        if is_kind && about.modified()? >= started {
            found.push((path, about.len()));
        }
    }
    Ok(found)
}

#[expect(
    clippy::cast_precision_loss,
    reason = "a size to read, not to count with"
)]
fn megabytes(bytes: u64) -> f64 {
    bytes as f64 / 1_000_000.0
}
